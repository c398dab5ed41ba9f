/** What is used here of a browser's Worker, which the types of Node do not know. */
interface BrowserWorker {
  postMessage(message: object, transfer?: readonly object[]): void;
}

interface Browser {
  readonly navigator: { readonly hardwareConcurrency: number };
  readonly location: { readonly href: string };
  Worker: new (url: string | URL, options?: object) => BrowserWorker;
}

const browser = globalThis as unknown as Browser;

/** Processors that the browser counts. */
export function processorCount(): number {
  return browser.navigator.hardwareConcurrency;
}

/** A URL as this page or worker understands it; a thread, which stands elsewhere, needs all of it. */
export function absolute(url: string): string {
  return new URL(url, browser.location.href).href;
}

/**
 * Lets the wasm backend start `threads` threads in a browser while `start` runs. The backend itself takes at most half of
 * the processors it counts, so it counts twice as many as it may use here; and it hands its threads the text of a function
 * as a script, which a minifier has broken, so they are handed the URL `script` of the same code instead.
 */
export async function withWasmThreads<T>(
  threads: number,
  script: string,
  start: () => Promise<T>,
): Promise<T> {
  const { Worker, navigator } = browser;
  browser.Worker = class extends Worker {
    override postMessage(message: { readonly cmd?: string }, transfer: readonly object[] = []): void {
      super.postMessage(message.cmd === 'load' ? { ...message, urlOrBlob: script } : message, transfer);
    }
  };
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 * threads, configurable: true });
  try {
    return await start();
  } finally {
    browser.Worker = Worker;
    Reflect.deleteProperty(navigator, 'hardwareConcurrency'); // the browser's own shows again
  }
}
