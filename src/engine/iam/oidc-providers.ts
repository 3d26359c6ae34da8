// SPDX-License-Identifier: BSD-2-Clause
// OpenID Connect providers: who may vouch for people that have no user here.
import type {
  AddClientIDToOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse,
  DeleteOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse,
  ListOpenIDConnectProvidersResponse,
  RemoveClientIDFromOpenIDConnectProviderRequest,
  UpdateOpenIDConnectProviderThumbprintRequest,
} from '@aws-sdk/client-iam'
import type { Demand } from '../access'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { checkQuota } from './quotas'
import type { OidcProvider } from './schema'
import { taggedWith, tagsShown } from './tags'

const longestUrl = 255
const mostClients = 100
const mostThumbprints = 5

interface OfProvider {
  readonly OpenIDConnectProviderArn?: string | undefined
}

export const providerArn = ({ account, url }: Pick<OidcProvider, 'account' | 'url'>): string =>
  `arn:aws:iam::${account}:oidc-provider/${url}`

export const existingProvider = (tx: Tx, arn: string = ''): OidcProvider => {
  const start = providerArn({ account: tx.caller.account, url: '' })
  const provider = arn.startsWith(start) ? tx.oidcProviders.get(arn.slice(start.length)) : undefined
  return provider ?? refuse('NoSuchEntity', `OpenIDConnect Provider not found for arn ${arn}`)
}

export const onProvider = (_: Tx, { OpenIDConnectProviderArn: arn = '*' }: OfProvider): Demand[] => [
  { resource: arn || '*' },
]

export const onNewProvider = ({ caller }: Tx, { Url = '' }: CreateOpenIDConnectProviderRequest): Demand[] => [
  { resource: providerArn({ account: caller.account, url: Url.replace(/^https:\/\//, '') }) },
]

/** The address without its scheme: `https`, a host, perhaps a port and a path, and nothing else. */
const urlGiven = (text: string | undefined): string => {
  const invalid = (): never => refuse('ValidationError', `Invalid Open ID Connect Provider URL`)
  if (!text || text.length > longestUrl || !URL.canParse(text)) return invalid()
  const { protocol, username, password, search, hash, pathname } = new URL(text)
  const isPlain = protocol === 'https:' && `${username}${password}${search}${hash}` === ''
  const url = text.replace(/^https:\/\//i, '').replace(/\/$/, '')
  // As it was written: what the ARN says is what the provider's tokens say.
  const climbs = url.split('/').some(step => step === '..' || step === '.')
  return isPlain && !climbs && /^[\w.:~%/[\]-]+$/.test(url) && !/\s/.test(pathname) ? url : invalid()
}

const clientsGiven = (ids: readonly string[]): readonly string[] => {
  const distinct = [...new Set(ids)]
  if (distinct.some(id => id.length < 1 || id.length > 255)) refuse('ValidationError', 'Invalid client id')
  if (distinct.length > mostClients) {
    refuse('LimitExceeded', `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${mostClients}`)
  }
  return distinct
}

const thumbprintsGiven = (texts: readonly string[] = []): readonly string[] => {
  if (texts.some(text => !/^[0-9a-fA-F]{40}$/.test(text))) refuse('ValidationError', 'Invalid thumbprint')
  const distinct = [...new Set(texts.map(text => text.toLowerCase()))]
  if (distinct.length > mostThumbprints) {
    refuse('InvalidInput', 'Thumbprint list must contain fewer than 5 entries.', 400)
  }
  return distinct
}

/** The older tools have a name of their own for the list. */
export interface OlderNames {
  readonly ClientIdList?: readonly string[] | undefined
}

export const createOidcProvider: Operation<
  CreateOpenIDConnectProviderRequest & OlderNames,
  CreateOpenIDConnectProviderResponse
> = (tx, input) => {
  const url = urlGiven(input.Url)
  const tagged = taggedWith(undefined, input.Tags)
  const clientIds = clientsGiven([...(input.ClientIDList ?? []), ...(input.ClientIdList ?? [])])
  const thumbprints = thumbprintsGiven(input.ThumbprintList)
  if (tx.oidcProviders.get(url)) {
    refuse('EntityAlreadyExists', `Provider with url https://${url} already exists.`)
  }
  const count = tx.oidcProviders.list().length
  checkQuota(tx, 'openidconnectprovidernumber', count, 'Open ID Connect provider quota exceeded')
  const { account } = tx.caller
  const provider = tx.oidcProviders.put({
    account,
    url,
    clientIds,
    thumbprints,
    createdAt: tx.now,
    ...tagged,
  })
  return { OpenIDConnectProviderArn: providerArn(provider), ...tagsShown(provider) }
}

export const getOidcProvider: Operation<GetOpenIDConnectProviderRequest, GetOpenIDConnectProviderResponse> = (
  tx,
  { OpenIDConnectProviderArn },
) => {
  const provider = existingProvider(tx, OpenIDConnectProviderArn)
  const { url, clientIds, thumbprints, createdAt } = provider
  return {
    Url: url,
    ClientIDList: [...clientIds],
    ThumbprintList: [...thumbprints],
    CreateDate: createdAt,
    ...tagsShown(provider),
  }
}

export const listOidcProviders: Operation<object, ListOpenIDConnectProvidersResponse> = tx => ({
  OpenIDConnectProviderList: tx.oidcProviders
    .list()
    .map(provider => ({ Arn: providerArn(provider) }))
    .filter(({ Arn }) => tx.permits({ resource: Arn })),
})

export const addClientId: Operation<AddClientIDToOpenIDConnectProviderRequest, object> = (tx, input) => {
  const provider = existingProvider(tx, input.OpenIDConnectProviderArn)
  // Once is enough: to add it again changes nothing.
  tx.oidcProviders.put({
    ...provider,
    clientIds: clientsGiven([...provider.clientIds, input.ClientID ?? '']),
  })
  return {}
}

export const removeClientId: Operation<RemoveClientIDFromOpenIDConnectProviderRequest, object> = (
  tx,
  input,
) => {
  const provider = existingProvider(tx, input.OpenIDConnectProviderArn)
  tx.oidcProviders.put({ ...provider, clientIds: provider.clientIds.filter(id => id !== input.ClientID) })
  return {}
}

export const updateThumbprints: Operation<UpdateOpenIDConnectProviderThumbprintRequest, object> = (
  tx,
  input,
) => {
  const provider = existingProvider(tx, input.OpenIDConnectProviderArn)
  tx.oidcProviders.put({ ...provider, thumbprints: thumbprintsGiven(input.ThumbprintList) })
  return {}
}

export const deleteOidcProvider: Operation<DeleteOpenIDConnectProviderRequest, object> = (tx, input) => {
  tx.oidcProviders.delete(existingProvider(tx, input.OpenIDConnectProviderArn).url)
  return {}
}
