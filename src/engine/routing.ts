// SPDX-License-Identifier: BSD-2-Clause
// Which service a request is for: by its path, or for the root by its signature's scope, its Host, or its form.
import type { HttpRequest } from './http'
import { type Place, places } from './services'
import type { Form } from './wire/contracts'
import { scopeOf } from './wire/signature/v4'

export interface Route {
  readonly place: Place
  /** The path in front of the service's own part, such as `/services/objectstorage`; '' at the root. */
  readonly servicePath: string
  /** The service's own part of the path, with its leading slash. */
  readonly path: string
  /** S3: the bucket that the Host names. */
  readonly hostBucket?: string
}

const placeNamed = (name: string): Place | undefined => places.find(place => place.names.includes(name))

/** In any case of letters: some clients write the whole address in small ones before they sign it. */
const byPath = (path: string): Route | undefined => {
  const written = path.toLowerCase()
  for (const place of places) {
    for (const prefix of place.paths) {
      const { length } = prefix
      if (written.startsWith(prefix.toLowerCase()) && (path.length === length || path[length] === '/')) {
        return { place, servicePath: path.slice(0, length), path: path.slice(length) || '/' }
      }
    }
  }
  return undefined
}

const isAddress = (host: string): boolean => /^[\d.]+$/.test(host) || host.includes(':')

/** `mybucket.s3.example.org` and `mybucket.localhost` name a bucket; `s3.example.org` and `10.0.0.1` do not. */
const bucketOfHost = (host: string): string | undefined => {
  if (isAddress(host)) return undefined
  const labels = host.split('.')
  const service = labels.findIndex((label, index) => index > 0 && /^(s3|objectstorage|walrus)$/.test(label))
  if (service > 0) return labels.slice(0, service).join('.')
  if (labels.length > 1 && labels.at(-1) === 'localhost' && !placeNamed(labels[0] ?? '')) {
    return labels.slice(0, -1).join('.')
  }
  return undefined
}

const hostOf = ({ headers }: HttpRequest): string => (headers.host ?? '').replace(/:\d+$/, '').toLowerCase()

/** `readForm` is called only when the form has to decide, since reading a body costs. */
export const route = async (
  request: HttpRequest,
  readForm: () => Promise<Form | undefined>,
): Promise<Route | undefined> => {
  const direct = byPath(request.path)
  if (direct) return direct
  if (request.path.startsWith('/services/')) return undefined
  const host = hostOf(request)
  const root = (place: Place, hostBucket?: string): Route => ({
    place,
    servicePath: '',
    path: request.path,
    ...(hostBucket === undefined ? {} : { hostBucket }),
  })
  const s3 = placeNamed('s3') as Place
  const bucket = bucketOfHost(host)
  if (bucket !== undefined) return root(s3, bucket)
  const scoped = placeNamed(scopeOf(request)?.service ?? '')
  if (scoped) return root(scoped)
  const named = placeNamed(host.split('.')[0] ?? '')
  if (named) return root(named)
  const form = request.path === '/' ? await readForm() : undefined
  if (form?.action === undefined) return root(s3)
  const versioned = places.find(place => place.versions?.includes(form.version ?? ''))
  return root(versioned ?? (placeNamed('ec2') as Place))
}
