// SPDX-License-Identifier: BSD-2-Clause
// What nobody can have here, and what programs ask for all the same before they delete a user or show an account.
import {
  GetAccountPasswordPolicy$,
  type GetAccountPasswordPolicyResponse,
  ListSAMLProviders$,
  type ListSAMLProvidersResponse,
  ListServiceSpecificCredentials$,
  type ListServiceSpecificCredentialsRequest,
  type ListServiceSpecificCredentialsResponse,
  ListSSHPublicKeys$,
  type ListSSHPublicKeysRequest,
  type ListSSHPublicKeysResponse,
} from '@aws-sdk/client-iam'
import { refuse } from '../errors'
import { type Operation, type OperationEntry, operation } from '../operation'
import { onOwnAccount, onUser, userNamed } from './identity-demands'

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

/** As AWS says it of an account that has set no rules for the passwords in it. */
const getAccountPasswordPolicy: Operation<object, GetAccountPasswordPolicyResponse> = tx =>
  refuse('NoSuchEntity', `The Password Policy with domain name ${tx.caller.account} cannot be found.`, 404)

export const absent: Readonly<Record<string, OperationEntry>> = {
  ListSSHPublicKeys: operation(ListSSHPublicKeys$, listSshPublicKeys, { access: onUser }),
  ListServiceSpecificCredentials: operation(ListServiceSpecificCredentials$, listServiceSpecificCredentials, {
    access: onUser,
  }),
  ListSAMLProviders: operation(ListSAMLProviders$, listSamlProviders),
  GetAccountPasswordPolicy: operation(GetAccountPasswordPolicy$, getAccountPasswordPolicy, {
    access: onOwnAccount,
  }),
}
