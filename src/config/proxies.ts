// SPDX-License-Identifier: BSD-2-Clause

type Environment = Readonly<Record<string, string | undefined>>

const either = (env: Environment, name: string): string | undefined =>
  env[name] || env[name.toUpperCase()] || undefined

/**
 * The proxy for a URL, or undefined. `no_proxy` lists hosts and domains, each with an optional port; `*` means all.
 * HTTP_PROXY is not believed in a CGI process, where a request header can set it.
 */
export const proxyFor = (url: string, env: Environment): string | undefined => {
  const { protocol, hostname, port } = new URL(url)
  const secure = protocol === 'https:'
  const proxy = secure
    ? either(env, 'https_proxy')
    : env.http_proxy || (env.REQUEST_METHOD === undefined ? env.HTTP_PROXY : undefined)
  if (!proxy || isExempt(hostname, port || (secure ? '443' : '80'), either(env, 'no_proxy') ?? ''))
    return undefined
  return /^[a-z]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`
}

const isExempt = (hostname: string, port: string, list: string): boolean => {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '')
  return list
    .split(/[\s,]+/)
    .filter(entry => entry !== '')
    .some(entry => {
      if (entry === '*') return true
      const [, name = '', itsPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
      const domain = name.replace(/^\*?\./, '').replace(/^\[|\]$/g, '')
      return (itsPort === undefined || itsPort === port) && (host === domain || host.endsWith(`.${domain}`))
    })
}
