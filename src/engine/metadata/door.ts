// SPDX-License-Identifier: BSD-2-Clause
// The metadata service, which tells an instance what it is. Its requests carry no signature: who asks is told by an
// address. They are few and look like no other service's, so that only their look is examined here; all else is loaded
// when one comes.
import type { HttpRequest, HttpResponse } from '../http'
import type { Surroundings } from '../transaction'

/** Those that EC2 answers to. */
export const versions = [
  ...[
    '1.0',
    '2007-01-19',
    '2007-03-01',
    '2007-08-29',
    '2007-10-10',
    '2007-12-15',
    '2008-02-01',
    '2008-09-01',
  ],
  ...['2009-04-04', '2011-01-01', '2011-05-01', '2012-01-12', '2014-02-25', '2014-11-05', '2015-10-20'],
  ...['2016-04-19', '2016-06-30', '2016-09-02', '2018-03-28', '2018-08-17', '2018-09-24', '2019-10-01'],
  ...['2020-10-27', '2021-01-03', '2021-03-23', 'latest'],
] as const

const known = new Set<string>(versions)

/** What is asked, and by the path whose it is: `/metadata/i-…/latest/meta-data/ami-id`. */
export interface MetadataPath {
  readonly instanceId: string | undefined
  /** Below the version, without slashes at either end or twice: `meta-data/ami-id`. */
  readonly path: string
  /** `undefined`: which versions there are. */
  readonly version: string | undefined
}

const prefix = /^\/+metadata\/+(i-(?:[0-9a-f]{8}|[0-9a-f]{17}))(?=\/|$)/

/** What the path of a metadata request says; undefined for a path that is none. */
export const metadataPath = (path: string): MetadataPath | undefined => {
  const named = prefix.exec(path)
  const rest = named ? path.slice(named[0].length) : path
  const [version, ...below] = rest.split('/').filter(part => part !== '')
  if (version === undefined) {
    return named ? { instanceId: named[1], version, path: '' } : undefined
  }
  return known.has(version) ? { instanceId: named?.[1], version, path: below.join('/') } : undefined
}

const isSigned = ({ headers, query }: HttpRequest): boolean =>
  headers.authorization !== undefined || /(?:^|&)(?:X-Amz-|AWSAccessKeyId|Signature=)/.test(query)

/** The answer to an instance; undefined when the request is not one of an instance's for its metadata. */
export const answerMetadata = async (
  around: Surroundings,
  request: HttpRequest,
): Promise<HttpResponse | undefined> => {
  const asked = metadataPath(request.path)
  if (!asked || isSigned(request)) return undefined
  const { answerInstance } = await import('./answer')
  return answerInstance(around, request, asked)
}
