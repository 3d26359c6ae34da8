// SPDX-License-Identifier: BSD-2-Clause
// Requests to the token service that nobody signed: consoles come with a name and a password, in HTTP's Basic form, and
// those who have an identity elsewhere with nothing but that (engine-iam-elb, part 2).
//
//   base64( base64(user)@base64(account):password )            sign in
//   base64( base64(user)@base64(account);base64(old)@new )     change the password, then sign in

import { anonymousCaller } from './callers'
import type { HttpRequest, HttpResponse } from './http'
import { accountNamed, userCaller } from './iam/callers'
import { isAllowedPassword, withPassword } from './iam/login-profiles'
import { isWithinRules, passwordExpiration, rulesOf } from './iam/password-rules'
import { isPassword } from './iam/passwords'
import type { Caller, Service, Tx } from './operation'
import { type Surroundings, transact } from './transaction'
import type { Form } from './wire/contracts'

interface SignIn {
  readonly user: string
  readonly account: string
  readonly password: string
  readonly newPassword?: string
}

const decoded = (text: string): string => Buffer.from(text, 'base64').toString('utf8')

/** What the header says; undefined for anything that is not of its form. */
const signInOf = (header: string | undefined): SignIn | undefined => {
  const text = /^basic +([\w+/=-]+)$/i.exec(header ?? '')?.[1]
  // A semicolon is in none of the coded parts; behind a colon it may be a part of a password.
  const [, name = '', mark, rest = ''] = /^([^:;]*)([:;])(.*)$/s.exec(decoded(text ?? '')) ?? []
  const [user, account] = name.split('@', 2).map(decoded)
  if (!user || !account) return undefined
  if (mark === ':') return { user, account, password: rest }
  const at = rest.indexOf('@')
  return at < 0
    ? undefined
    : { user, account, password: decoded(rest.slice(0, at)), newPassword: rest.slice(at + 1) }
}

const isUnsigned = ({ headers }: HttpRequest, { values }: Form): boolean =>
  !values.has('SignatureVersion') &&
  !values.has('X-Amz-Algorithm') &&
  !(headers.authorization ?? '').startsWith('AWS4-HMAC-SHA256')

const plain = (status: number, body: string, headers: HttpResponse['headers'] = {}): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf8', ...headers },
  body,
})

const unauthorized = plain(401, 'Unauthorized', { 'www-authenticate': 'Basic realm="eucalyptus"' })
const expired = plain(403, 'Expired credentials')

const signedIn = (
  tx: Tx,
  { user: name, account: alias, password, newPassword }: SignIn,
): Caller | HttpResponse => {
  const account = accountNamed(tx, alias)
  const user = account && tx.users.in(account.id).get(name)
  // Asked in every case, so that nobody learns from the time it takes which users there are.
  const isRight = isPassword(user?.password, password)
  if (!isRight || !user || user.enabled === false) return unauthorized
  const until = passwordExpiration(tx, user)
  const isTooOld = until !== undefined && until <= tx.now
  if (newPassword !== undefined) {
    if (isTooOld && rulesOf(tx, user.account)?.isHardExpiry) return expired
    if (!isAllowedPassword(user, newPassword) || !isWithinRules(tx, user, newPassword)) return unauthorized
    withPassword(tx, user, newPassword, false)
  } else if (isTooOld || user.password?.mustChange) return expired
  return { ...userCaller(tx, user.account, user.name), isByPassword: true }
}

/** Who sent a request that has no signature, or the answer to somebody who has nothing else either; undefined when it has one. */
export const callerWithoutSignature = (
  around: Surroundings,
  { operations }: Service,
  request: HttpRequest,
  form: Form,
): Caller | HttpResponse | undefined => {
  if (!isUnsigned(request, form)) return undefined
  const name = form.action ?? ''
  if (Object.hasOwn(operations, name) && operations[name]?.unsigned) return anonymousCaller
  const wish = signInOf(request.headers.authorization)
  if (!wish) return unauthorized
  // Only a change of the password has anything to write.
  return transact(around, tx => signedIn(tx, wish), { reads: wish.newPassword === undefined })
}
