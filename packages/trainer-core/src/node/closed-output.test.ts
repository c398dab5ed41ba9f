import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { isClosed, onClosedOutput, tolerateClosing } from './closed-output.js';

const failing = (code: string) => Object.assign(new Error(code), { code });

describe('a stream that nobody reads any more', () => {
  it('loses lines instead of ending the process; other errors are thrown', () => {
    const stream = new EventEmitter();
    tolerateClosing(stream);
    tolerateClosing(stream);
    expect(stream.listenerCount('error')).toBe(1);
    expect(isClosed(stream)).toBe(false);
    expect(() => stream.emit('error', failing('ENOSPC'))).toThrow('ENOSPC');
    expect(isClosed(stream)).toBe(false);
    stream.emit('error', failing('EPIPE'));
    expect(isClosed(stream)).toBe(true);
    tolerateClosing({});
  });

  it('is told once, whichever it is, and at once where it is known', () => {
    const streams = [new EventEmitter(), new EventEmitter()];
    const [listener, later] = [vi.fn(), vi.fn()];
    const detach = onClosedOutput(listener, streams);
    streams[1].emit('error', failing('EIO'));
    streams[0].emit('error', failing('EPIPE'));
    streams[0].emit('error', failing('EPIPE'));
    expect(listener).toHaveBeenCalledTimes(1);
    detach();
    streams[0].emit('error', failing('EPIPE'));
    onClosedOutput(later, streams)();
    expect(later).toHaveBeenCalledTimes(1);
  });

  it('is as it was when nobody listens any more', () => {
    const stream = new EventEmitter();
    onClosedOutput(() => undefined, [stream])();
    expect(stream.listenerCount('error')).toBe(0);
  });
});
