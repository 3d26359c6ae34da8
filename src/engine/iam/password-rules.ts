// SPDX-License-Identifier: BSD-2-Clause
// What an account demands of the passwords in it. Eucalyptus has no such rules; they are as AWS documents them: most are
// asked when a password is set, how old one may be at once.
import type {
  GetAccountPasswordPolicyResponse,
  PasswordPolicy,
  UpdateAccountPasswordPolicyRequest,
} from '@aws-sdk/client-iam'
import type { Demand } from '../access'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { compiled } from '../policy/compiled'
import { onOwnAccount } from './identity-demands'
import { isPassword, isRemembered, type Remembered, remember } from './passwords'
import type { Password, PasswordRules, User } from './schema'

/** How long a password lasts where an account has no rules: `authentication.default_password_expiry`. */
const passwordDays = 60
const dayMs = 24 * 3600 * 1000

const later = (start: Date, days: number): Date => new Date(new Date(start).getTime() + days * dayMs)

export const rulesOf = (tx: Tx, account: string): PasswordRules | undefined =>
  tx.accounts.get(account)?.passwordRules

// What the rules allow is allowed as a policy of the account would: one that denies it is heard before.
const leave = JSON.stringify({
  Statement: {
    Effect: 'Allow',
    Principal: '*',
    Action: ['iam:ChangePassword', 'iam:GetAccountPasswordPolicy'],
    Resource: '*',
  },
})

/** Where users may change their passwords, they may by the rules alone, and may read these. */
export const grantedByRules = (tx: Tx, demands: readonly Demand[]): readonly Demand[] => {
  if (!rulesOf(tx, tx.caller.account)?.usersMayChange) return demands
  const policy = { name: 'password policy', type: 'resource' as const, policy: compiled(leave, 'resource') }
  return demands.map(demand => ({ ...demand, policy }))
}

const needs: readonly (readonly [keyof PasswordRules, RegExp])[] = [
  ['needsSymbols', /[!@#$%^&*()_+\-=[\]{}|']/],
  ['needsNumbers', /[0-9]/],
  ['needsUppercase', /[A-Z]/],
  ['needsLowercase', /[a-z]/],
]

const isRemembering = ({ rememberedPasswords: most = 0 }: PasswordRules, user: User, text: string): boolean =>
  most > 0 && (isPassword(user.password, text) || isRemembered(user.password?.remembered, text, most))

/** Whether a password that a user is to have is within the rules of his account. */
export const isWithinRules = (tx: Tx, user: User, text: string): boolean => {
  const rules = rulesOf(tx, user.account)
  if (!rules) return true
  const isStrong = needs.every(([name, characters]) => !rules[name] || characters.test(text))
  return isStrong && text.length >= rules.minimumLength && !isRemembering(rules, user, text)
}

/** What is kept of a password that is set now beside its hash: until when it is good, and those before it. */
export const lastingOf = (tx: Tx, user: User, text: string): Pick<Password, 'expiresAt' | 'remembered'> => {
  const rules = rulesOf(tx, user.account)
  if (!rules) return { expiresAt: later(tx.now, passwordDays) }
  const { mostDays, rememberedPasswords: most } = rules
  const before: Remembered | undefined = user.password?.remembered
  return {
    ...(mostDays && { expiresAt: later(tx.now, mostDays) }),
    ...(most && { remembered: remember(tx, before, text, most) }),
  }
}

/** When his password, or the one that he is given, will be too old. Undefined: never. */
export const passwordExpiration = (tx: Tx, { account, password, createdAt }: User): Date | undefined => {
  const mostDays = rulesOf(tx, account)?.mostDays
  if (!password) return later(createdAt, mostDays ?? passwordDays)
  const own = password.expiresAt && new Date(password.expiresAt)
  const byRules = mostDays ? later(password.createdAt, mostDays) : undefined
  return own && byRules && byRules < own ? byRules : (own ?? byRules)
}

type Numbers = Pick<
  UpdateAccountPasswordPolicyRequest,
  'MinimumPasswordLength' | 'PasswordReusePrevention' | 'MaxPasswordAge'
>

const bounds: readonly (readonly [keyof Numbers, number, number])[] = [
  ['MinimumPasswordLength', 6, 128],
  ['PasswordReusePrevention', 1, 24],
  ['MaxPasswordAge', 1, 1095],
]

const checkNumbers = (input: Numbers): void => {
  const wrong = bounds.flatMap(([name, least, most]) => {
    const value = input[name]
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return []
    const member = name.charAt(0).toLowerCase() + name.slice(1)
    const bound = value < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`
    return [`Value at '${member}' failed to satisfy constraint: Member must have value ${bound}`]
  })
  if (wrong.length === 0) return
  const errors = wrong.length === 1 ? 'error' : 'errors'
  refuse('ValidationError', `${wrong.length} validation ${errors} detected: ${wrong.join('; ')}`)
}

/** What a request does not say is as if there had been no rules before. */
export const updatePasswordRules: Operation<UpdateAccountPasswordPolicyRequest, object> = (tx, input) => {
  checkNumbers(input)
  const { MaxPasswordAge: mostDays, PasswordReusePrevention: remembered, HardExpiry } = input
  const passwordRules: PasswordRules = {
    minimumLength: input.MinimumPasswordLength ?? 6,
    needsSymbols: input.RequireSymbols === true,
    needsNumbers: input.RequireNumbers === true,
    needsUppercase: input.RequireUppercaseCharacters === true,
    needsLowercase: input.RequireLowercaseCharacters === true,
    usersMayChange: input.AllowUsersToChangePassword === true,
    ...(mostDays && { mostDays }),
    ...(remembered && { rememberedPasswords: remembered }),
    ...(HardExpiry !== undefined && { isHardExpiry: HardExpiry }),
  }
  tx.accounts.put({ ...tx.accounts.must(tx.caller.account), passwordRules })
  return {}
}

const rulesView = (rules: PasswordRules): PasswordPolicy => ({
  MinimumPasswordLength: rules.minimumLength,
  RequireSymbols: rules.needsSymbols,
  RequireNumbers: rules.needsNumbers,
  RequireUppercaseCharacters: rules.needsUppercase,
  RequireLowercaseCharacters: rules.needsLowercase,
  AllowUsersToChangePassword: rules.usersMayChange,
  ExpirePasswords: rules.mostDays !== undefined,
  ...(rules.mostDays && { MaxPasswordAge: rules.mostDays }),
  ...(rules.rememberedPasswords && { PasswordReusePrevention: rules.rememberedPasswords }),
  ...(rules.isHardExpiry !== undefined && { HardExpiry: rules.isHardExpiry }),
})

export const getPasswordRules: Operation<object, GetAccountPasswordPolicyResponse> = tx => {
  const { account } = tx.caller
  const rules =
    rulesOf(tx, account) ??
    refuse('NoSuchEntity', `The Password Policy with domain name ${account} cannot be found.`)
  return { PasswordPolicy: rulesView(rules) }
}

export const deletePasswordRules: Operation<object, object> = tx => {
  const { passwordRules, ...account } = tx.accounts.must(tx.caller.account)
  if (!passwordRules) {
    refuse('NoSuchEntity', 'The account policy with name PasswordPolicy cannot be found.')
  }
  tx.accounts.put(account)
  return {}
}

export const onReadRules = (tx: Tx): readonly Demand[] => grantedByRules(tx, onOwnAccount(tx))
