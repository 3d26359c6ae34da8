// SPDX-License-Identifier: BSD-2-Clause
// Requests for metadata, as they come from an instance's address unless something else is said.
import assert from 'node:assert/strict'
import type { HttpRequest, HttpResponse } from '../../../src/engine/http'
import type { Cloud } from '../../support/cloud'

export const id = 'i-00000001'
export const address = '127.110.0.1'

export interface Manner {
  readonly method?: string
  readonly from?: string
  readonly host?: string
  readonly headers?: Record<string, string>
  readonly query?: string
}

export const asker = (cloud: () => Cloud) => {
  const ask = (path: string, how: Manner = {}): Promise<HttpResponse> => {
    const { method = 'GET', from = address, host = '169.254.169.254', headers = {}, query = '' } = how
    const request: HttpRequest = { method, path, query, headers: { host, ...headers }, remoteAddress: from }
    return cloud().engine.handle(request)
  }
  return {
    ask,
    text: async (path: string, how?: Manner): Promise<string> => {
      const { status, body } = await ask(path, how)
      assert.equal(status, 200, `${path}: ${status}`)
      return String(body)
    },
    status: async (path: string, how?: Manner): Promise<number> => (await ask(path, how)).status,
  }
}
