// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type CatalogOptions, findImage, readCatalog } from '../../src/catalog/catalog'
import { folders } from './make-tar'
import { entryFor, stores } from './store-server'

const temporary = folders()
const servers = stores()
afterEach(temporary.dispose)
afterEach(servers.dispose)

const entry = entryFor(Buffer.from('tarball'))
const text = JSON.stringify({ version: 'eustore-catalog-2011-12-29', images: [entry] })
const read = (options: Partial<CatalogOptions>) => readCatalog({ builtIn: '/nonexistent', ...options })
const refuses = (options: Partial<CatalogOptions>, code: string, message: RegExp) =>
  assert.rejects(read(options), { name: 'CatalogError', code, message })

const folderWith = (catalog: string): string => {
  const folder = temporary.make()
  writeFileSync(join(folder, 'catalog'), catalog)
  return folder
}

describe('catalog/catalog', () => {
  it('is the built-in one without an address', async () => {
    const { images, version } = await read({ builtIn: folderWith(text) })
    assert.equal(version, 'eustore-catalog-2011-12-29')
    assert.deepEqual(
      images.map(image => image.name),
      [entry.name],
    )
  })

  it('is read from a folder and from a file URL, with places of tarballs beside it', async () => {
    const folder = folderWith(text)
    for (const url of [folder, `${folder}/`, pathToFileURL(folder).href, `${pathToFileURL(folder).href}/`]) {
      const [image] = (await read({ url })).images
      assert.deepEqual(image?.place, { kind: 'file', path: join(folder, entry.url) })
    }
  })

  it('is read over HTTP with or without a trailing slash, saying who asks as eustore did', async () => {
    const store = await servers.start((request, response) => {
      response.writeHead(request.url === '/store/catalog' ? 200 : 404).end(text)
    })
    for (const url of [`${store.url}/store`, `${store.url}/store/`]) {
      const catalog = await read({ url })
      assert.equal(catalog.source, `${store.url}/store/catalog`)
      const place = catalog.images[0]?.place
      assert.equal(place?.kind === 'http' && place.url.href, `${store.url}/store/${entry.url}`)
    }
    assert.equal(store.requests[0]?.headers['user-agent'], 'euca2ools/eustore')
    assert.equal(store.requests[0]?.headers['eustore-version'], 'eustore-catalog-2011-12-29')
  })

  it('gives every key that the tools print, and knows which images have a single kernel', async () => {
    const singles: [unknown, boolean][] = [
      ['True', true],
      ['False', false],
      [true, true],
      [false, false],
      ['', false],
      ['yes', true],
    ]
    const images = singles.map(([single]) => entryFor(Buffer.from('x'), { 'single-kernel': single }))
    const catalog = await read({
      url: folderWith(JSON.stringify({ images: [...images, { name: 'a', url: 'a.tgz' }] })),
    })
    assert.deepEqual(
      catalog.images.map(image => image.singleKernel),
      [...singles.map(([, single]) => single), false],
    )
    const { place: _, entry: __, ...facts } = catalog.images[0] ?? assert.fail()
    assert.deepEqual(facts, {
      name: entryFor(Buffer.from('x')).name,
      os: 'debian',
      architecture: 'x86_64',
      version: '2012.1.14',
      hypervisorsSupported: ['xen', 'kvm'],
      description: 'Debian 6 1.3GB root, Single Kernel',
      date: '20120114152138',
      stamp: '3752-f34a',
      recipe: 'debian-based',
      contact: 'images@lists.example.com',
      singleKernel: true,
    })
    assert.equal(catalog.images.at(-1)?.description, '')
  })

  it('finds an image by its number or its tarball’s name, and by nothing else', async () => {
    const catalog = await read({ url: folderWith(text) })
    assert.equal(findImage(catalog, entry.name).name, entry.name)
    assert.equal(findImage(catalog, 'euca-debian-2012.1.14-x86_64').name, entry.name)
    for (const name of ['', entry.name.slice(1), 'debian', '__proto__'])
      assert.throws(() => findImage(catalog, name), { code: 'NoSuchImage', message: /^no image named '/ })
  })

  it('is asked for again only when it has changed, if there is a cache', async () => {
    let current = text
    const store = await servers.start((request, response) => {
      const etag = `"${current.length}"`
      if (request.headers['if-none-match'] === etag) response.writeHead(304).end()
      else response.writeHead(200, { etag }).end(current)
    })
    const cacheDirectory = join(temporary.make(), 'made/when/needed')
    const names = async () => (await read({ url: store.url, cacheDirectory })).images.map(image => image.name)
    assert.deepEqual(await names(), [entry.name])
    assert.deepEqual(await names(), [entry.name])
    assert.equal(store.requests[1]?.headers['if-none-match'], `"${text.length}"`)
    current = JSON.stringify({ images: [] })
    assert.deepEqual(await names(), [])
    assert.deepEqual(await names(), [])
    assert.equal(readdirSync(cacheDirectory).length, 1)
  })

  it('is fetched anew when the kept copy is damaged or another’s', async () => {
    const store = await servers.start((request, response) => {
      response.writeHead(request.headers['if-none-match'] ? 304 : 200, { etag: '"1"' }).end(text)
    })
    const cacheDirectory = temporary.make()
    await read({ url: store.url, cacheDirectory })
    const file = join(cacheDirectory, readdirSync(cacheDirectory)[0] ?? '')
    for (const damage of [
      '',
      'null',
      readFileSync(file, 'utf8').slice(0, 50),
      '{"url":"http://elsewhere/","text":"{}"}',
    ]) {
      writeFileSync(file, damage)
      assert.equal((await read({ url: store.url, cacheDirectory })).images.length, 1)
    }
  })

  it('is read all the same when it cannot be kept, with a warning', async () => {
    const store = await servers.start((_, response) => void response.end(text))
    const file = join(folderWith(text), 'catalog')
    const { images, warnings } = await read({ url: store.url, cacheDirectory: join(file, 'x') })
    assert.equal(images.length, 1)
    assert.match(warnings[0] ?? '', /^cannot keep the catalog: /)
  })

  it('is not replaced by a kept copy when the store is gone', async () => {
    const store = await servers.start(
      (_, response) => void response.writeHead(200, { etag: '"1"' }).end(text),
    )
    const cacheDirectory = temporary.make()
    await read({ url: store.url, cacheDirectory })
    await servers.dispose()
    await refuses(
      { url: store.url, cacheDirectory },
      'Unreachable',
      /cannot read http:.*\/catalog: connection refused/,
    )
  })

  it('must be reachable', async () => {
    await refuses({ url: temporary.make() }, 'Unreachable', /cannot read .*\/catalog: no such file/)
    const folder = temporary.make()
    mkdirSync(join(folder, 'catalog'))
    await refuses({ url: folder }, 'Unreachable', /not a regular file/)
    const store = await servers.start((_, response) => void response.writeHead(503).end())
    await refuses({ url: store.url }, 'Unreachable', /\/catalog: the server answered 503 Service Unavailable/)
    await refuses({ url: 'ftp://example.com/' }, 'BadAddress', /http, https and file/)
    await refuses({ url: '' }, 'BadAddress', /empty/)
    await refuses({ url: 'http://' }, 'BadAddress', /not a URL/)
  })

  it('does not wait for ever for a silent store', async () => {
    const http = { silenceSeconds: 0.05 }
    const mute = await servers.start(() => {})
    await refuses({ url: mute.url, http }, 'Unreachable', /request timed out/)
    const stuck = await servers.start((_, response) => void response.writeHead(200).write('{'))
    await refuses({ url: stuck.url, http }, 'Unreachable', /request timed out/)
  })

  it('can be interrupted', async () => {
    const stop = new AbortController()
    const store = await servers.start((_, response) => {
      response.writeHead(200).write('{')
      setImmediate(() => stop.abort())
    })
    await assert.rejects(read({ url: store.url, signal: stop.signal }), { name: 'AbortError' })
  })

  it('may have moved, though not for ever and not into the machine', async () => {
    const to = (location: string) => (response: ServerResponse) =>
      void response.writeHead(302, { location }).end()
    const routes: Record<string, (response: ServerResponse) => void> = {
      '/old/catalog': to('../new/catalog'),
      '/new/catalog': response => void response.end(text),
      '/loop/catalog': to('catalog'),
      '/file/catalog': to('file:///etc/passwd'),
      '/bad/catalog': to('http://['),
    }
    const store = await servers.start((request, response) => routes[request.url ?? '']?.(response))
    assert.equal((await read({ url: `${store.url}/old` })).images.length, 1)
    await refuses({ url: `${store.url}/loop` }, 'Unreachable', /too many redirects/)
    await refuses(
      { url: `${store.url}/file` },
      'Unreachable',
      /redirects to file:\/\/\/etc\/passwd, which is refused/,
    )
    await refuses({ url: `${store.url}/bad` }, 'Unreachable', /malformed address/)
  })

  it('must be a catalog', async () => {
    const bad: [unknown, RegExp][] = [
      ['<html>', /is not a catalog of images: it is not JSON/],
      [[], /must be object/],
      [{}, /must have required property 'images'/],
      [{ images: {} }, /\/images must be array/],
      [{ images: [{ name: 'a' }] }, /\/images\/0 must have required property 'url'/],
      [
        { images: [entryFor(Buffer.from('x'), { description: 'a\x1b[31m' })] },
        /description must match pattern/,
      ],
      [{ images: [entryFor(Buffer.from('x'), { md5: 'abc' })] }, /md5 must match pattern/],
      [{ images: [entryFor(Buffer.from('x'), { 'single-kernel': 1 })] }, /single-kernel must be/],
    ]
    const cacheDirectory = temporary.make()
    for (const [document, message] of bad) {
      const body = typeof document === 'string' ? document : JSON.stringify(document)
      await refuses({ url: folderWith(body) }, 'MalformedCatalog', message)
      const store = await servers.start(
        (_, response) => void response.writeHead(200, { etag: '"1"' }).end(body),
      )
      await refuses({ url: store.url, cacheDirectory }, 'MalformedCatalog', message)
    }
    assert.deepEqual(readdirSync(cacheDirectory), [])
  })

  it('must not be endless', async () => {
    const store = await servers.start((_, response) => {
      const more = () => {
        while (response.write(' '.repeat(1024 * 1024)));
      }
      response.on('drain', more)
      more()
    })
    await refuses({ url: store.url }, 'TooLarge', /larger than 8388608 bytes/)
    await refuses({ url: folderWith(' '.repeat(9_000_000)) }, 'TooLarge', /larger than/)
  })

  it('cannot point out of its folder, or from the network into this machine', async () => {
    const at = (url: string) => JSON.stringify({ images: [entryFor(Buffer.from('x'), { url })] })
    await refuses({ url: folderWith(at('../secret.tgz')) }, 'BadAddress', /outside its directory/)
    await refuses({ url: folderWith(at('%2e%2e/secret.tgz')) }, 'BadAddress', /outside its directory/)
    await refuses({ url: folderWith(at('/etc/secret.tgz')) }, 'BadAddress', /outside its directory/)
    const store = await servers.start((_, response) => void response.end(at('file:///etc/passwd')))
    await refuses({ url: store.url }, 'BadAddress', /points to file:\/\/\/etc\/passwd, which is refused/)
    const elsewhere = await read({ url: folderWith(at('https://example.com/x.tgz')) })
    assert.equal(elsewhere.images[0]?.place.kind, 'http')
  })

  it('does not show the password of its address', async () => {
    const store = await servers.start((_, response) => void response.writeHead(403).end())
    const url = store.url.replace('//', '//user:secret@')
    await assert.rejects(
      read({ url }),
      (error: Error) => !error.message.includes('secret') && /403/.test(error.message),
    )
    assert.equal(store.requests[0]?.headers.authorization, `Basic ${btoa('user:secret')}`)
  })
})
