// SPDX-License-Identifier: BSD-2-Clause
// Names of what IAM holds (engine-iam-elb, part 1 §3).

export type Kind =
  | 'user'
  | 'group'
  | 'role'
  | 'instance-profile'
  | 'server-certificate'
  | 'policy'
  | 'mfa'
  | 'oidc-provider'

/** `arn:aws:iam::<account>:<kind><path><name>`; a path begins and ends with a slash. */
export const arnOf = (
  kind: Kind,
  { account, path = '/', name }: { readonly account: string; readonly path?: string; readonly name: string },
): string => `arn:aws:iam::${account}:${kind}${path}${name}`
