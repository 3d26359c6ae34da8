// SPDX-License-Identifier: BSD-2-Clause
// Names of accounts, users, groups and inline policies (engine-iam-elb, part 1 §3).
import { refuse } from '../errors'

// Letters are those of ASCII, as AWS has it: two names that look alike are one.
const namesOf = { user: /^[\w+=,.@ -]{1,64}$/, group: /^[\w+=,.@ -]{1,128}$/ }

/** The name of a user or group that is made. */
export const newName = (kind: 'user' | 'group', name: string | undefined): string => {
  if (!name) return refuse('InvalidName', `Empty ${kind} name`)
  return namesOf[kind].test(name) ? name : refuse('ValidationError', `Invalid ${kind} name ${name}`)
}

/** A name that a user or group is given instead of its own; without one it stays what it is. */
export const changedName = (kind: 'user' | 'group', name: string | undefined, own: string): string => {
  if (!name) return own
  return namesOf[kind].test(name) ? name : refuse('ValidationError', `Invalid new name ${name}`)
}

// Twelve digits are an account's number, which is a name of it already.
const accountNames = /^(?!\d{12}$)(?!.*--)[a-z0-9][a-z0-9-]{0,62}$/

export const isAccountName = (name: string): boolean => accountNames.test(name)

// Anything but what Eucalyptus excludes, and what cannot be printed.
const policyNames = /^[^/\\*?\s\u0000-\u001f\u007f-\u009f]{1,128}$/

export const policyName = (name: string | undefined): string => {
  if (!name) return refuse('InvalidName', 'Empty policy name')
  return policyNames.test(name) ? name : refuse('ValidationError', `Invalid policy name ${name}`)
}
