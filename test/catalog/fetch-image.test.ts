// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { type CatalogImage, readCatalog } from '../../src/catalog/catalog'
import { type FetchOptions, fetchImage, imageNumber } from '../../src/catalog/fetch-image'
import { folders } from './make-tar'
import { entryFor, md5, stores } from './store-server'

const temporary = folders()
const servers = stores()
afterEach(temporary.dispose)
afterEach(servers.dispose)

const tarball = Buffer.alloc(300_000, 'some bytes ')

const first = async (url: string): Promise<CatalogImage> =>
  (await readCatalog({ url, builtIn: '' })).images[0] ?? assert.fail('the catalog is empty')

/** A store whose one image is answered by `listener`. */
const served = async (listener: RequestListener, entry: object = entryFor(tarball)) => {
  const { url } = await servers.start((request, response) =>
    request.url === '/catalog'
      ? void response.end(JSON.stringify({ images: [entry] }))
      : listener(request, response),
  )
  return first(url)
}

const inFolder = async (content: Buffer, entry: object = entryFor(tarball, { url: 'a b.tgz' })) => {
  const folder = temporary.make()
  writeFileSync(join(folder, 'catalog'), JSON.stringify({ images: [entry] }))
  writeFileSync(join(folder, 'a b.tgz'), content)
  return first(folder)
}

const refuses = async (image: CatalogImage, error: object, options: FetchOptions = {}) => {
  const directory = temporary.make()
  await assert.rejects(fetchImage(image, directory, options), error)
  assert.deepEqual(readdirSync(directory), [], 'a refusal leaves nothing behind')
}

describe('catalog/fetch-image', () => {
  it('numbers an image by the checksum of its checksum', () => {
    assert.equal(imageNumber('d41d8cd98f00b204e9800998ecf8427e'), '1136548044')
    assert.equal(imageNumber('cfcd208495d565ef66e7dff9f98764da'), '0502633748')
  })

  it('downloads a tarball under its own name and tells how far it is', async () => {
    const image = await served(
      (_, response) => void response.writeHead(200, { 'content-length': tarball.length }).end(tarball),
    )
    const directory = temporary.make()
    const seen: [number, number | undefined][] = []
    const file = await fetchImage(image, directory, { onProgress: (...progress) => seen.push(progress) })
    assert.equal(file, join(directory, 'euca-debian-2012.1.14-x86_64.tgz'))
    assert.ok(readFileSync(file).equals(tarball))
    assert.deepEqual(seen.at(-1), [tarball.length, tarball.length])
    assert.deepEqual(readdirSync(directory), ['euca-debian-2012.1.14-x86_64.tgz'])
  })

  it('takes the bytes as they are, whatever encoding the server says they have', async () => {
    const image = await served(
      (_, response) => void response.writeHead(200, { 'content-encoding': 'x-gzip' }).end(tarball),
    )
    assert.ok(readFileSync(await fetchImage(image, temporary.make())).equals(tarball))
  })

  it('copies a tarball from a folder', async () => {
    const image = await inFolder(tarball)
    const directory = temporary.make()
    assert.equal(await fetchImage(image, directory), join(directory, 'a b.tgz'))
  })

  it('refuses a tarball that is not the catalog’s', async () => {
    const other = Buffer.from(tarball)
    other[1000] = 0
    await refuses(await inFolder(other), {
      code: 'BadChecksum',
      message: /a b\.tgz does not have the checksum of image \d{10}$/,
    })
    await refuses(await served((_, response) => void response.end(other)), { code: 'BadChecksum' })
    const wrongMd5 = entryFor(tarball, { url: 'a b.tgz', md5: md5(other) })
    await refuses(await inFolder(tarball, wrongMd5), { code: 'BadChecksum' })
    const wrongSize = entryFor(tarball, { url: 'a b.tgz', size: 5 })
    await refuses(await inFolder(tarball, wrongSize), {
      code: 'BadSize',
      message: /has 300000 bytes, the catalog says 5/,
    })
  })

  it('needs some checksum, and takes an MD5 beside a name that is none', async () => {
    const named = { url: 'a b.tgz', name: 'debian-x86_64-20120114' }
    await refuses(await inFolder(tarball, entryFor(tarball, named)), {
      code: 'BadChecksum',
      message: /no checksum/,
    })
    const image = await inFolder(tarball, entryFor(tarball, { ...named, md5: md5(tarball).toUpperCase() }))
    await fetchImage(image, temporary.make())
  })

  it('leaves nothing when the connection is lost, the server silent, or the user tired', async () => {
    const half =
      (then: (request: Parameters<RequestListener>) => void): RequestListener =>
      (...both) => {
        both[1].writeHead(200, { 'content-length': tarball.length })
        both[1].write(tarball.subarray(0, 100_000), () => then(both))
      }
    await refuses(await served(half(([request]) => request.socket.destroy())), {
      code: 'Unreachable',
      message: /the connection was lost|aborted/,
    })
    await refuses(await served(half(() => {})), { code: 'Unreachable' }, { http: { silenceSeconds: 0.05 } })
    const stop = new AbortController()
    await refuses(await served(half(() => stop.abort())), { name: 'AbortError' }, { signal: stop.signal })
    await refuses(await served((_, response) => void response.writeHead(404).end()), {
      code: 'Unreachable',
      message: /404/,
    })
    await refuses(await inFolder(tarball), { name: 'AbortError' }, { signal: AbortSignal.abort() })
  })

  it('refuses more bytes than it may take, announced or not', async () => {
    const options = { maxBytes: 1000 }
    await refuses(await inFolder(tarball), { code: 'TooLarge' }, options)
    await refuses(await served((_, response) => void response.write(tarball)), { code: 'TooLarge' }, options)
  })

  it('refuses what the disk cannot hold before asking for it', async () => {
    const image = await served(
      (_, response) => void response.writeHead(200, { 'content-length': 2 ** 52 }).write('x'),
    )
    await refuses(
      image,
      { code: 'NoSpace', message: /bytes of free space, 4503599627370496 are needed/ },
      { maxBytes: 2 ** 53 },
    )
  })

  it('refuses a tarball that is missing, a directory, or without a name', async () => {
    const folder = temporary.make()
    mkdirSync(join(folder, 'dir.tgz'))
    const at = (url: string) => {
      writeFileSync(join(folder, 'catalog'), JSON.stringify({ images: [entryFor(tarball, { url })] }))
      return first(folder)
    }
    await refuses(await at('missing.tgz'), { code: 'Unreachable', message: /missing\.tgz/ })
    await refuses(await at('dir.tgz'), { code: 'Unreachable', message: /not a regular file/ })
    const nameless = entryFor(tarball, { url: 'http://127.0.0.1:1/' })
    await refuses(await inFolder(tarball, nameless), {
      code: 'MalformedCatalog',
      message: /without a usable name/,
    })
  })
})
