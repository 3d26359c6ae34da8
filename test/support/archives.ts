// SPDX-License-Identifier: BSD-2-Clause
// Archives of clouds, as strangers would make them: any member in any order, with an index that may lie.
import { gzipSync } from 'node:zlib'
import {
  type ArchivedFile,
  digestsName,
  digestsText,
  fileHash,
  indexName,
} from '../../src/engine/archive/contents'
import { tarEnd, tarHeader, tarPadding } from '../../src/format/tar-writer'

export interface Member {
  readonly path: string
  readonly content: Buffer | string
  /** Of tar: `2` for a symbolic link. */
  readonly type?: string
  /** What is in the header, where that is not the content's length. */
  readonly size?: number
}

const headerFor = ({ path, content, type, size }: Member): Buffer => {
  const length = size ?? Buffer.byteLength(content)
  const header = tarHeader({ path, size: length, mode: 0o600, changedAt: 0 })
  if (type === undefined) return header
  header.write(type, 156, 'latin1')
  header.fill(' ', 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

/** Members in a row as a compressed tar file. */
export const tarball = (members: readonly Member[]): Buffer => {
  const bytes = Buffer.concat(
    members.flatMap(member => {
      const content = Buffer.from(member.content as string)
      return [headerFor(member), content, tarPadding(content.length)]
    }),
  )
  return gzipSync(Buffer.concat([bytes, tarEnd(bytes.length)]))
}

type Line = Partial<ArchivedFile> & { readonly path: string }

export interface Forgery {
  readonly head?: object
  /** Lines of the index; those of the files, when there are none. */
  readonly lines?: readonly Line[]
  readonly files?: readonly Member[]
  readonly after?: readonly Member[]
  readonly isWithoutDigests?: boolean
}

/** An archive with these files, which is right but for what is given. */
export const forged = ({ head = {}, lines, files = [], after = [], isWithoutDigests }: Forgery): Buffer => {
  const listed: readonly Line[] = lines ?? files.map(({ path }) => ({ path }))
  const sizeOf = (path: string) => Buffer.byteLength(files.find(file => file.path === path)?.content ?? '')
  const rows = listed.map(({ path, mode = 0o600, size = sizeOf(path), stored = size, same }) =>
    JSON.stringify([path, mode, size, stored, '0', ...(same === undefined ? [] : [same])]),
  )
  const first = { format: 1, records: 2, mallee: '0.1.0', savedAt: '2014-02-16T12:13:16.000Z' }
  const index = [JSON.stringify({ ...first, files: rows.length, ...head }), ...rows, ''].join('\n')
  const digests = files.map(({ content }) => fileHash(undefined).update(content).digest('hex'))
  return tarball([
    { path: indexName, content: index },
    ...files.map(file => ({ ...file, path: `cloud/${file.path}` })),
    ...(isWithoutDigests ? [] : [{ path: digestsName, content: digestsText(index, digests) }]),
    ...after,
  ])
}
