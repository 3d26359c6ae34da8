// SPDX-License-Identifier: BSD-2-Clause
// Where a request goes. Paths are text, not URL objects: a URL resolves `..`, and an object's key may hold it.

export interface Target {
  readonly secure: boolean
  /** For the Host header: with the port unless it is the scheme's own. */
  readonly host: string
  readonly hostname: string
  readonly port: number
  /** Percent-encoded, as sent; begins with a slash. */
  readonly path: string
  /** Without the question mark. */
  readonly query: string
}

/** The target of an endpoint or of a redirect. A trailing slash of an endpoint's path is not significant, but is kept. */
export const targetOf = (url: string, base?: Target): Target => {
  const { protocol, host, hostname, port, pathname, search } = new URL(url, base && urlOf(base))
  const secure = protocol === 'https:'
  return {
    secure,
    host,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    path: pathname,
    query: search.slice(1),
  }
}

export const urlOf = ({ secure, host, path, query }: Target): string =>
  `${secure ? 'https' : 'http'}://${host}${path}${query === '' ? '' : `?${query}`}`
