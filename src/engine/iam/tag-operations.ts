// SPDX-License-Identifier: BSD-2-Clause
// Tags: a part of the table of contents in index.ts.
import {
  ListInstanceProfileTags$,
  ListMFADeviceTags$,
  ListOpenIDConnectProviderTags$,
  ListPolicyTags$,
  ListRoleTags$,
  ListServerCertificateTags$,
  ListUserTags$,
  type Tag,
  TagInstanceProfile$,
  TagMFADevice$,
  TagOpenIDConnectProvider$,
  TagPolicy$,
  TagRole$,
  TagServerCertificate$,
  TagUser$,
  UntagInstanceProfile$,
  UntagMFADevice$,
  UntagOpenIDConnectProvider$,
  UntagPolicy$,
  UntagRole$,
  UntagServerCertificate$,
  UntagUser$,
} from '@aws-sdk/client-iam'
import type { Demand } from '../access'
import { type OperationEntry, operation, type Tx } from '../operation'
import { onGivenUser, userGiven } from './identity-demands'
import { existingProfile, onProfile } from './instance-profiles'
import { onPolicy, ownPolicy, policyKnown } from './managed-policies'
import { type MarkerRequest, markedPage } from './marked-pages'
import { existingDevice, onDevice } from './mfa-devices'
import { existingProvider, onProvider } from './oidc-providers'
import { onRole, roleNamed } from './roles'
import type { Tagged } from './schema'
import { existingCertificate, onCertificate } from './server-certificates'
import { taggedWith, taggedWithout, tagList, withRequestTags } from './tags'

/** One kind of what can be tagged. `find` refuses what is not there. */
interface Taggable<Name, R extends Tagged> {
  readonly find: (tx: Tx, name: Name) => R
  /** Where what may be looked at is more than what may be tagged. */
  readonly look?: (tx: Tx, name: Name) => Tagged
  readonly put: (tx: Tx, record: R) => void
  readonly access: (tx: Tx, name: Name) => readonly Demand[]
}

type Schema = OperationEntry['schema']

const tagOperations = <Name, R extends Tagged>(
  [add, remove, list]: readonly [Schema, Schema, Schema],
  { find, look = find, put, access }: Taggable<Name, R>,
): Readonly<Record<string, OperationEntry>> => ({
  [add[2]]: operation<Name & { readonly Tags?: Tag[] }, object>(
    add,
    (tx, input) => {
      const record = find(tx, input)
      put(tx, { ...record, ...taggedWith(record.tags, input.Tags) })
      return {}
    },
    { access: (tx, input) => withRequestTags(tx, access(tx, input), input.Tags ?? []) },
  ),
  [remove[2]]: operation<Name & { readonly TagKeys?: string[] }, object>(
    remove,
    (tx, input) => {
      const record = find(tx, input)
      put(tx, { ...record, ...taggedWithout(record.tags, input.TagKeys ?? []) })
      return {}
    },
    {
      access: (tx, input) =>
        withRequestTags(
          tx,
          access(tx, input),
          (input.TagKeys ?? []).map(Key => ({ Key })),
        ),
    },
  ),
  [list[2]]: operation<Name & MarkerRequest, object>(
    list,
    (tx, input) => {
      const { items, ...rest } = markedPage(tagList(look(tx, input)), input, ({ Key = '' }) => Key)
      return { Tags: items, ...rest }
    },
    { access },
  ),
})

interface Names {
  readonly UserName?: string | undefined
  readonly RoleName?: string | undefined
  readonly PolicyArn?: string | undefined
  readonly InstanceProfileName?: string | undefined
  readonly ServerCertificateName?: string | undefined
  readonly OpenIDConnectProviderArn?: string | undefined
  readonly SerialNumber?: string | undefined
}

export const tagging: Readonly<Record<string, OperationEntry>> = {
  ...tagOperations([TagUser$, UntagUser$, ListUserTags$], {
    find: (tx, { UserName }: Names) => userGiven(tx, UserName),
    put: (tx, user) => tx.users.put(user),
    access: onGivenUser,
  }),
  ...tagOperations([TagRole$, UntagRole$, ListRoleTags$], {
    find: (tx, { RoleName }: Names) => roleNamed(tx, RoleName),
    put: (tx, role) => tx.roles.put(role),
    access: onRole,
  }),
  ...tagOperations([TagPolicy$, UntagPolicy$, ListPolicyTags$], {
    find: (tx, input: Names) => ownPolicy(tx, input),
    look: (tx, { PolicyArn }) => policyKnown(tx, PolicyArn),
    put: (tx, policy) => tx.managedPolicies.put(policy),
    access: onPolicy,
  }),
  ...tagOperations([TagInstanceProfile$, UntagInstanceProfile$, ListInstanceProfileTags$], {
    find: (tx, { InstanceProfileName }: Names) => existingProfile(tx, InstanceProfileName),
    put: (tx, profile) => tx.instanceProfiles.put(profile),
    access: onProfile,
  }),
  ...tagOperations([TagServerCertificate$, UntagServerCertificate$, ListServerCertificateTags$], {
    find: (tx, { ServerCertificateName }: Names) => existingCertificate(tx, ServerCertificateName),
    put: (tx, certificate) => tx.serverCertificates.put(certificate),
    access: onCertificate,
  }),
  ...tagOperations([TagOpenIDConnectProvider$, UntagOpenIDConnectProvider$, ListOpenIDConnectProviderTags$], {
    find: (tx, { OpenIDConnectProviderArn }: Names) => existingProvider(tx, OpenIDConnectProviderArn),
    put: (tx, provider) => tx.oidcProviders.put(provider),
    access: onProvider,
  }),
  ...tagOperations([TagMFADevice$, UntagMFADevice$, ListMFADeviceTags$], {
    find: (tx, { SerialNumber }: Names) => existingDevice(tx, SerialNumber),
    put: (tx, device) => tx.mfaDevices.put(device),
    access: onDevice,
  }),
}
