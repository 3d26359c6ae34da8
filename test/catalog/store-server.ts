// SPDX-License-Identifier: BSD-2-Clause
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { imageNumber } from '../../src/catalog/fetch-image'

/** Image stores on ports of their own; `dispose` in `afterEach` ends them. */
export const stores = () => {
  const servers: Server[] = []
  return {
    /** The store's address, and the requests that it has got. */
    start: async (listener: RequestListener): Promise<{ url: string; requests: IncomingMessage[] }> => {
      const requests: IncomingMessage[] = []
      const server = createServer((request, response) => {
        requests.push(request)
        listener(request, response)
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      servers.push(server)
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
    },
    dispose: async (): Promise<void> => {
      for (const server of servers.splice(0)) {
        server.closeAllConnections()
        await new Promise(resolve => server.close(resolve))
      }
    },
  }
}

export const md5 = (data: Buffer): string => createHash('md5').update(data).digest('hex')

/** A catalog entry for a tarball, as a store of 2012 wrote it. */
export const entryFor = (tarball: Buffer, more: object = {}) => ({
  name: imageNumber(md5(tarball)),
  description: 'Debian 6 1.3GB root, Single Kernel',
  version: '2012.1.14',
  architecture: 'x86_64',
  'single-kernel': 'True',
  'hypervisors-supported': ['xen', 'kvm'],
  os: 'debian',
  url: 'starter-emis/euca-debian-2012.1.14-x86_64.tgz',
  date: '20120114152138',
  recipe: 'debian-based',
  stamp: '3752-f34a',
  contact: 'images@lists.example.com',
  ...more,
})
