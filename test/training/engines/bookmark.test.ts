import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBookmarks } from '../../../src/training/engines/bookmark.ts';
import { createRunFolders } from '../../../src/training/folders.ts';

describe('training/engines/bookmark', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'wheelhouse-bookmark-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  const heard = { metrics: { auc: 0.8 }, artifacts: {}, sent: {}, last: ['line 0'] };
  /** Of a worker that has nothing in memory. */
  const worker = () => {
    const folders = createRunFolders(root);
    return { folders, bookmarks: createBookmarks(folders, { run: 'run-1', id: 'run-1-2' }) };
  };

  it('has the lines come again that a worker wrote which died before its first bookmark', async () => {
    const first = worker();
    await first.folders.log('run-1', 'of the attempt before');
    expect(await first.bookmarks.open()).toBeUndefined();
    await first.folders.log('run-1', 'line 0');

    const second = worker();
    expect(await second.bookmarks.open()).toBeUndefined();
    expect(await second.folders.tail('run-1', 10)).toEqual(['of the attempt before']);
  });

  it('goes on where the last bookmark is, and cuts what was written after it', async () => {
    const first = worker();
    await first.bookmarks.open();
    await first.folders.log('run-1', 'line 0');
    await first.bookmarks.keep('place 1', heard);
    await first.folders.log('run-1', 'line 1');

    const second = worker();
    expect(await second.bookmarks.open()).toEqual({ next: 'place 1', heard });
    expect(await second.folders.tail('run-1', 10)).toEqual(['line 0']);
  });
});
