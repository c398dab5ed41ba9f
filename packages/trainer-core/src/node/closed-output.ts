import { PipeReaders } from './pipe-readers.js';

/** How often a pipe's readers are looked for, ms. */
const LOOK_EVERY_MS = 500;

/** What writing gives when nobody reads any more: a closed pipe, a terminal that hung up. */
const CLOSED = ['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED'];

/** A stream that may tell its errors, as those of Node do. */
interface Failing {
  readonly fd?: number;
  readonly write?: (...args: never[]) => unknown;
  on?(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  off?(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

const closed = new WeakSet<Failing>();
const tolerated = new WeakSet<Failing>();

/** Whether nobody reads what is written there any more; known after {@link tolerateClosing} or {@link onClosedOutput}. */
export function isClosed(stream: Failing): boolean {
  return closed.has(stream);
}

/**
 * Makes a stream that nobody reads any more (`npm start | head`) a place where lines are lost, instead of the end of the
 * process with a stack. Other errors are thrown as before.
 */
export function tolerateClosing(stream: Failing): void {
  if (tolerated.has(stream) || stream.on === undefined) return;
  tolerated.add(stream);
  stream.on('error', (error) => note(stream, error));
}

/**
 * Calls `listener` once when standard output or standard error is found to be closed: at a write, at once if that is known
 * already, and on Linux within half a second after the last reader of a pipe has ended. Until it is called, `detach` (what it
 * returns) puts everything back.
 */
export function onClosedOutput(
  listener: () => void,
  streams: readonly Failing[] = [process.stdout, process.stderr],
): () => void {
  let told = false;
  const tell = () => {
    if (!told) listener();
    told = true;
  };
  const ears = streams.map((stream) => {
    const hear = (error: NodeJS.ErrnoException) => {
      note(stream, error);
      // Whatever is still written there must not end the process, after the listener is gone too.
      tolerateClosing(stream);
      tell();
    };
    stream.on?.('error', hear);
    return () => stream.off?.('error', hear);
  });
  ears.push(...streams.map(askWhetherRead));
  if (streams.some(isClosed)) tell();
  return () => {
    told = true;
    for (const stop of ears) stop();
  };
}

/**
 * Writes an empty line to a pipe whose readers are gone, as far as can be seen: if they are, that fails, and whoever listens for
 * it hears; if one was not seen, nothing is lost.
 */
function askWhetherRead(stream: Failing): () => void {
  const readers = stream.fd === undefined ? undefined : PipeReaders.of(stream.fd);
  if (readers === undefined) return () => undefined;
  const timer = setInterval(() => {
    if (!readers.gone) return;
    clearInterval(timer);
    (stream.write as ((text: string) => unknown) | undefined)?.call(stream, '\n');
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function note(stream: Failing, error: NodeJS.ErrnoException): void {
  if (!CLOSED.includes(error.code ?? '')) throw error;
  closed.add(stream);
}
