// SPDX-License-Identifier: BSD-2-Clause
// What the tools of accounts are told first: whom or what they are about. Releases before 3.1 wanted the option in front
// of the name (`-u admin`); as a flag that means nothing it may still stand there.
import { flag, option, positional } from '../options'

const habit = (flags: string) => flag(flags, { hidden: true })

export const user = {
  user: positional('USER', { help: 'name of the user (required)' }),
  userHabit: habit('-u --user-name'),
}

/** Where one's own name is the default. */
export const userOrSelf = {
  user: positional('USER', { nargs: '?', help: 'name of the user (default: current user)' }),
  userHabit: habit('-u --user-name'),
}

export const group = {
  group: positional('GROUP', { help: 'name of the group (required)' }),
  groupHabit: habit('-g --group-name'),
}

export const accountHabit = habit('-a --account-name')

export const account = {
  account: positional('ACCOUNT', { help: 'name or ID of the account (required)' }),
  accountHabit,
}

export const accountAlias = {
  alias: positional('ACCOUNT', { help: 'the alias (required)' }),
  aliasHabit: habit('-a --account-alias'),
}

/** Keys are named by their IDs, with the user beside them. */
export const accessKey = {
  key: positional('KEY_ID', { help: 'ID of the access key (required)' }),
  keyHabit: habit('-k --user-key-id'),
}

/** Whose a key is. */
export const ownerOption = {
  owner: option('-u --user-name', { metavar: 'USER', help: 'user whose key it is (default: current user)' }),
}

export const role = {
  role: positional('ROLE', { help: 'name of the role (required)' }),
  roleHabit: habit('-r --role-name'),
}

export const instanceProfile = {
  profile: positional('IPROFILE', { help: 'name of the instance profile (required)' }),
  profileHabit: habit('-s --instance-profile-name'),
}

export const serverCertificate = {
  certificate: positional('CERT', { help: 'name of the server certificate (required)' }),
  certificateHabit: habit('-s --server-certificate-name'),
}

export const provider = {
  provider: positional('OIDC', { help: 'ARN of the OpenID Connect provider (required)' }),
}

export const signingCertificate = {
  certificate: positional('CERT', { help: 'ID of the signing certificate (required)' }),
  certificateHabit: habit('-c --certificate-id'),
  owner: option('-u --user-name', {
    metavar: 'USER',
    help: 'user whose certificate it is (default: current user)',
  }),
}
