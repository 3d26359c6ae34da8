// SPDX-License-Identifier: BSD-2-Clause

/** An S3 service, by the address of its endpoint. */
export interface Place {
  readonly url: string
}

export interface Located<P extends Place> {
  readonly place: P
  readonly bucket: string
  readonly key: string
}

interface Address {
  /** In lower case, without the port. */
  readonly name: string
  readonly port: string
  /** As it was written: a URL object would resolve the dots that a key may hold. */
  readonly path: string
}

const addressOf = (url: string): Address | undefined => {
  const [, scheme = '', name = '', port, path = ''] =
    /^(https?):\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]+)(?::(\d*))?([^?#]*)/i.exec(url) ?? []
  if (name === '') return undefined
  return {
    name: name.toLowerCase(),
    port: port || (scheme.toLowerCase() === 'https' ? '443' : '80'),
    path,
  }
}

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const objectAt = (bucket: string | undefined, path: string): { bucket: string; key: string } | undefined => {
  const key = decoded(path)
  return bucket && key ? { bucket, key } : undefined
}

/** The bucket is the first component of the path below the endpoint's, or stands before the endpoint's host. */
const objectBelow = (address: Address, endpoint: Address): { bucket: string; key: string } | undefined => {
  const root = `${endpoint.path.replace(/\/+$/, '')}/`
  const isBelow = address.path.startsWith(root)
  if (address.name === endpoint.name) {
    const [bucket = '', ...key] = isBelow ? address.path.slice(root.length).split('/') : []
    return objectAt(decoded(bucket), key.join('/'))
  }
  const suffix = `.${endpoint.name}`
  return address.name.endsWith(suffix)
    ? objectAt(address.name.slice(0, -suffix.length), address.path.slice(isBelow ? root.length : 1))
    : undefined
}

/**
 * The first of several S3 services that an object's address belongs to, and the object's bucket and key there; undefined
 * when it belongs to none. Ports are looked at first and then forgotten: a cloud on this machine may be on another one
 * today than it was when the address was made.
 */
export const locate = <P extends Place>(url: string, places: readonly P[]): Located<P> | undefined => {
  const address = addressOf(url)
  if (!address) return undefined
  for (const isPortStrict of [true, false]) {
    for (const place of places) {
      const endpoint = addressOf(place.url)
      if (!endpoint || (isPortStrict && endpoint.port !== address.port)) continue
      const object = objectBelow(address, endpoint)
      if (object) return { place, ...object }
    }
  }
  return undefined
}
