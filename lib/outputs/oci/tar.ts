import { reject } from '../../common/errors';

/** Tar is written in blocks of this many bytes. */
const BLOCK = 512;
/** Everybody reads it, and nobody but the owner writes. */
const MODE = 0o644;
/** 1980-01-01: the same for every file, and late enough for programs that take the beginning of time for a mistake. */
const MODIFIED = 315_532_800;
/** Bytes that a path may have, without its folder. */
const LONGEST_NAME = 100;
/** Bytes that the folder of a path may have. */
const LONGEST_PREFIX = 155;

/**
 * Files as a tar archive (POSIX ustar) that depends on their paths and contents alone: in the order of their paths, owned by nobody, all of
 * one age. Own code, because a format of one page is less than what each library has to be told to leave out.
 *
 * @throws InvalidOptionError when a path is longer than the format can hold
 */
export function tar(files: ReadonlyMap<string, string | Uint8Array>): Uint8Array {
  const blocks = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([path, content]) => {
      const bytes = Buffer.from(content);
      return [header(path, bytes.length), bytes, Buffer.alloc(-bytes.length & (BLOCK - 1))];
    });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function header(path: string, size: number): Buffer {
  const [prefix, name] = split(path);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, offset: number, digits: number) => block.write(value.toString(8).padStart(digits, '0'), offset);
  block.write(name, 0);
  octal(MODE, 100, 7);
  octal(0, 108, 7); // owner and group: root, as a number
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(MODIFIED, 136, 11);
  block.write(' '.repeat(8), 148); // the sum is made as if it were spaces
  block.write('0', 156); // an ordinary file
  block.write('ustar\x0000', 257);
  block.write(prefix, 345);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  block.write('\x00 ', 154);
  return block;
}

/** A long path in two parts, at one of its slashes. */
function split(path: string): readonly [prefix: string, name: string] {
  const fits = (text: string, bytes: number) => Buffer.byteLength(text) <= bytes;
  if (fits(path, LONGEST_NAME)) return ['', path];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (fits(name, LONGEST_NAME) && fits(prefix, LONGEST_PREFIX)) return [prefix, name];
  }
  return reject('tar', {
    option: 'path',
    got: path,
    expected: `a name of at most ${LONGEST_NAME} bytes in a folder of at most ${LONGEST_PREFIX}, which is what tar holds`,
    instead: 'give the file or its folders shorter names',
  });
}
