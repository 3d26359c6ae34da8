// SPDX-License-Identifier: BSD-2-Clause
// What nobody can have here, and what programs ask for all the same before they delete a user or show an account.
import {
  ListSAMLProviders$,
  type ListSAMLProvidersResponse,
  ListServiceSpecificCredentials$,
  type ListServiceSpecificCredentialsRequest,
  type ListServiceSpecificCredentialsResponse,
  ListSSHPublicKeys$,
  type ListSSHPublicKeysRequest,
  type ListSSHPublicKeysResponse,
} from '@aws-sdk/client-iam'
import { type Operation, type OperationEntry, operation } from '../operation'
import { onUser, userNamed } from './identity-demands'

const listSshPublicKeys: Operation<ListSSHPublicKeysRequest, ListSSHPublicKeysResponse> = (tx, input) => {
  userNamed(tx, input.UserName)
  return { SSHPublicKeys: [], IsTruncated: false }
}

const listServiceSpecificCredentials: Operation<
  ListServiceSpecificCredentialsRequest,
  ListServiceSpecificCredentialsResponse
> = (tx, input) => {
  userNamed(tx, input.UserName)
  return { ServiceSpecificCredentials: [] }
}

const listSamlProviders: Operation<object, ListSAMLProvidersResponse> = () => ({ SAMLProviderList: [] })

export const absent: Readonly<Record<string, OperationEntry>> = {
  ListSSHPublicKeys: operation(ListSSHPublicKeys$, listSshPublicKeys, { access: onUser }),
  ListServiceSpecificCredentials: operation(ListServiceSpecificCredentials$, listServiceSpecificCredentials, {
    access: onUser,
  }),
  ListSAMLProviders: operation(ListSAMLProviders$, listSamlProviders),
}
