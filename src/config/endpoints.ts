// SPDX-License-Identifier: BSD-2-Clause
// Where a service is and which region's name its requests are signed for: configuration.md 5.
import { ConfigError } from './errors'
import type { Sections } from './ini'
import { type Found, lookUp } from './sections'
import type { Endpoint, ServiceName, SettingsOptions } from './settings'

/** The variable of each service, and the one of older releases that is asked last of all. */
export const endpointVariables: Readonly<Record<ServiceName, string>> = {
  ec2: 'EC2_URL',
  ebs: 'EBS_URL',
  s3: 'S3_URL',
  iam: 'AWS_IAM_URL',
  sts: 'TOKEN_URL',
  autoscaling: 'AWS_AUTO_SCALING_URL',
  elasticloadbalancing: 'AWS_ELB_URL',
  cloudformation: 'AWS_CLOUDFORMATION_URL',
  monitoring: 'AWS_CLOUDWATCH_URL',
  bootstrap: 'EUCA_BOOTSTRAP_URL',
  properties: 'EUCA_PROPERTIES_URL',
  reporting: 'EUCA_REPORTING_URL',
}
export const oldEndpointVariables: Readonly<Partial<Record<ServiceName, string>>> = { iam: 'EUARE_URL' }

export interface EndpointSources {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly options: SettingsOptions
  readonly regions: Sections
  readonly region: string | undefined
  readonly processId: number
}

/** What the command line says of a service: its own option, or `-U` when it is the command's own service. */
export const urlOption = (service: ServiceName, options: SettingsOptions): string | undefined => {
  const own = service === (options.service ?? 'ec2') ? options.url : undefined
  const named = {
    ec2: options.ec2Url,
    s3: options.s3Url,
    iam: options.iamUrl,
    bootstrap: options.bootstrapUrl,
  }
  return (
    own || (Object.hasOwn(named, service) ? named[service as keyof typeof named] : undefined) || undefined
  )
}

export const findEndpoint = (service: ServiceName, sources: EndpointSources): Endpoint => {
  const found = configured(service, sources) ?? (service === 'ebs' ? besideEc2(sources) : undefined)
  if (found) return found
  throw new ConfigError(noEndpoint(service, sources.regions), { missing: true })
}

const configured = (service: ServiceName, sources: EndpointSources): Endpoint | undefined => {
  const { env, options, regions, region } = sources
  const typed = urlOption(service, options) || env[endpointVariables[service]]
  if (typed) return namedEndpoint(service, typed, sources)
  const found = region === undefined ? undefined : lookUp(regions, region, `${service}-url`)
  if (found?.value) return sectionEndpoint(service, found, sources)
  const old = env[oldEndpointVariables[service] ?? '']
  return old ? namedEndpoint(service, old, sources) : undefined
}

/** Configurations are older than the EBS direct APIs, whose place follows from EC2's. */
const besideEc2 = (sources: EndpointSources): Endpoint | undefined => {
  const ec2 = configured('ec2', sources)
  const url = ec2 && ebsUrlBeside(ec2.url)
  return url === undefined ? undefined : { ...ec2, url }
}

/** Where the EBS direct APIs are of a cloud whose EC2 is here: on AWS, and on a mallee's port. */
export const ebsUrlBeside = (ec2Url: string): string | undefined => {
  const { protocol, host, hostname, pathname } = new URL(ec2Url)
  const [, services] = /^(.*\/services\/)(?:compute|eucalyptus)\/?$/i.exec(pathname) ?? []
  if (services !== undefined) return `${protocol}//${host}${services}ebs`
  const [, region, domain] =
    /^ec2\.(?:([a-z0-9-]+)\.)?(amazonaws\.com(?:\.cn)?|api\.aws)$/.exec(hostname) ?? []
  // EC2's oldest address has no region in it.
  return domain === undefined ? undefined : `${protocol}//ebs.${region ?? 'us-east-1'}.${domain}/`
}

/** The service's endpoint in each region that has one, by the region's name. An unusable URL is passed over. */
export const endpointsByRegion = (
  service: ServiceName,
  sources: EndpointSources,
): (Endpoint & { readonly region: string })[] =>
  regionsWith(`${service}-url`, sources.regions).flatMap(region => {
    const found = lookUp(sources.regions, region, `${service}-url`)
    if (!found || !isUrl(found.value)) return []
    return [{ ...sectionEndpoint(service, found, { ...sources, region }), region }]
  })

const isUrl = (url: string): boolean => /^https?:\/\/[^/]/i.test(url) && URL.canParse(url)

/** `NAME::URL` or a URL alone. The two colons of an IPv6 address in `http://[::1]/` are no separator. */
const namedEndpoint = (service: ServiceName, text: string, sources: EndpointSources): Endpoint => {
  const [, name, rest] = /^([^:/]+)::(.+)$/.exec(text) ?? []
  return endpointAt(service, rest ?? text, name, sources)
}

const sectionEndpoint = (service: ServiceName, found: Found, sources: EndpointSources): Endpoint => {
  const { regions, region = '' } = sources
  const lastOf = (section: string): string => section.split(':').at(-1) ?? section
  // A URL of a wildcard section belongs to the region that was asked for, not to one called `*`.
  const byDefault = lastOf(found.section) === '*' ? lastOf(region) : lastOf(found.section)
  const name = lookUp(regions, found.section, 'name')?.value || byDefault
  return { ...endpointAt(service, found.value, name, sources), section: found.section }
}

const endpointAt = (
  service: ServiceName,
  url: string,
  name: string | undefined,
  { env, processId }: EndpointSources,
): Endpoint => {
  if (!isUrl(url))
    throw new ConfigError(`invalid ${service} endpoint URL '${url}': it must begin with http:// or https://`)
  // S3 without a region is fine while version 2 signs; every other service is told something that never matches.
  const signingRegion =
    name || env.AWS_AUTH_REGION || (service === 's3' ? undefined : `undefined-${processId}`)
  return { url, ...(signingRegion !== undefined && { signingRegion }) }
}

const regionsWith = (option: string, regions: Sections): string[] =>
  [...regions]
    .filter(([name, options]) => options.has(option) && !name.includes('*'))
    .map(([name]) => name)
    .sort()

const noEndpoint = (service: ServiceName, regions: Sections): string => {
  const option = `${service}-url`
  const known = regionsWith(option, regions)
  return known.length > 0
    ? `No ${service} endpoint to connect to was given. Configured regions with ${service} endpoints are: ${known.join(', ')}`
    : `No ${service} endpoint to connect to was given. ${service} endpoints may be specified in a config file with "${option}".`
}
