// SPDX-License-Identifier: BSD-2-Clause
// Apart from rpc.ts, which most tools never read.
import type { HttpRequest } from '../http'

export type RpcForm = 'json-1.0' | 'json-1.1' | 'cbor'

/** In which of these forms a request is, as its headers say. */
export const rpcFormOf = ({ headers }: Pick<HttpRequest, 'headers'>): RpcForm | undefined => {
  if (headers['smithy-protocol']?.toLowerCase() === 'rpc-v2-cbor') return 'cbor'
  const version = /^application\/x-amz-json-(1\.[01])(?=$|[ ;])/i.exec(headers['content-type'] ?? '')?.[1]
  if (version) return version === '1.1' ? 'json-1.1' : 'json-1.0'
  return headers['x-amz-target'] === undefined ? undefined : 'json-1.0'
}
