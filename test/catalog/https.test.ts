// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { readCatalog } from '../../src/catalog'
import { folders } from './make-tar'
import { entryFor } from './store-server'

const temporary = folders()

describe('catalog over https', () => {
  let server: Server
  let ca: string
  let url: string
  const routes: Record<string, { status?: number; location?: string; body?: object }> = {
    '/good/catalog': { body: { images: [entryFor(Buffer.from('x'))] } },
    '/plain/catalog': { body: { images: [entryFor(Buffer.from('x'), { url: 'http://127.0.0.1/x.tgz' })] } },
    '/down/catalog': { status: 301, location: 'http://127.0.0.1/catalog' },
  }

  before(async () => {
    const folder = temporary.make()
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const curve = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
    ]
    const name = ['-subj', '/CN=image store', '-addext', 'subjectAltName=IP:127.0.0.1']
    execFileSync('openssl', ['req', '-x509', ...curve, ...name], { stdio: 'ignore' })
    ca = readFileSync(cert, 'utf8')
    server = createServer({ key: readFileSync(key), cert: ca }, (request, response) => {
      const { status = 200, location, body } = routes[request.url ?? ''] ?? { status: 404 }
      response.writeHead(status, location ? { location } : {}).end(JSON.stringify(body))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => {
    server.closeAllConnections()
    server.close()
    temporary.dispose()
  })

  const refuses = (path: string, message: RegExp, http = { ca }) =>
    assert.rejects(readCatalog({ url: url + path, builtIn: '', http }), { name: 'CatalogError', message })

  it('is read where the server’s certificate is trusted, and not elsewhere', async () => {
    const { images } = await readCatalog({ url: `${url}/good`, builtIn: '', http: { ca } })
    assert.equal(images.length, 1)
    await refuses('/good', /cannot read https:.*: self-signed certificate/, {} as { ca: string })
  })

  it('does not lead to http, by a redirect or by the address of a tarball', async () => {
    await refuses('/down', /redirects to http:\/\/127\.0\.0\.1\/catalog, which is refused/)
    await refuses('/plain', /points to http:\/\/127\.0\.0\.1\/x\.tgz, which is refused/)
  })
})
