// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { havePolicy, haveUser, policyOf, withKeys } from '../sts/people'
import { refusedWith } from './refused'

const coded = (text: string): string => Buffer.from(text).toString('base64')
const day = 24 * 3600

describe('rules for passwords', () => {
  let c: Cloud
  let alice: Clients
  let client: iam.IAMClient
  let annsClient: iam.IAMClient

  const rule = (rules: iam.UpdateAccountPasswordPolicyRequest, who = client) =>
    who.send(new iam.UpdateAccountPasswordPolicyCommand(rules))
  const rules = async (who = client) =>
    (await who.send(new iam.GetAccountPasswordPolicyCommand({}))).PasswordPolicy
  const forget = (who = client) => who.send(new iam.DeleteAccountPasswordPolicyCommand({}))
  const give = (Password: string) =>
    client.send(new iam.CreateLoginProfileCommand({ UserName: 'ann', Password }))
  const set = (Password: string) =>
    client.send(new iam.UpdateLoginProfileCommand({ UserName: 'ann', Password }))
  const change = (OldPassword: string, NewPassword: string) =>
    annsClient.send(new iam.ChangePasswordCommand({ OldPassword, NewPassword }))
  const broken = (request: Promise<unknown>) =>
    refusedWith(
      'PasswordPolicyViolation',
      400,
      'Password does not conform to the account password policy.',
      request,
    )
  /** The status of signing in, and changing the password with it. */
  const signIn = async (password: string, fresh?: string) => {
    const who = `${coded('ann')}@${coded('alice')}`
    const said = fresh === undefined ? `${who}:${password}` : `${who};${coded(password)}@${fresh}`
    const { status } = await c.engine.handle({
      method: 'GET',
      path: '/services/Tokens',
      query: 'Version=2011-06-15&Action=GetAccessToken',
      headers: { host: 'cloud.test:8773', authorization: `Basic ${coded(said)}` },
    })
    return status
  }

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    client = alice.iam()
    annsClient = withKeys(c, haveUser(c, alice.accountId, 'ann')).iam()
  })
  afterEach(() => c.close())

  it('are none until somebody makes them, and can be taken back', async () => {
    const none = `The Password Policy with domain name ${alice.accountId} cannot be found.`
    await refusedWith('NoSuchEntity', 404, none, rules())
    const nothing = 'The account policy with name PasswordPolicy cannot be found.'
    await refusedWith('NoSuchEntity', 404, nothing, forget())
    await rule({})
    const least = {
      AllowUsersToChangePassword: false,
      ExpirePasswords: false,
      MinimumPasswordLength: 6,
      RequireLowercaseCharacters: false,
      RequireNumbers: false,
      RequireSymbols: false,
      RequireUppercaseCharacters: false,
    }
    assert.deepEqual(await rules(), least)
    const all = {
      AllowUsersToChangePassword: true,
      HardExpiry: true,
      MaxPasswordAge: 60,
      MinimumPasswordLength: 10,
      PasswordReusePrevention: 3,
      RequireLowercaseCharacters: true,
      RequireNumbers: true,
      RequireSymbols: true,
      RequireUppercaseCharacters: true,
    }
    await rule(all)
    assert.deepEqual(await rules(), { ...all, ExpirePasswords: true })
    await rule({ RequireNumbers: true })
    assert.deepEqual(await rules(), { ...least, RequireNumbers: true })
    await client.send(new iam.CreateAccountAliasCommand({ AccountAlias: 'renamed' }))
    assert.deepEqual(await rules(), { ...least, RequireNumbers: true })
    await refusedWith('NoSuchEntity', 404, undefined, rules((await c.account('eve')).iam()))
    await forget()
    await refusedWith('NoSuchEntity', 404, none, rules())
  })

  it('are refused with numbers that they cannot have', async () => {
    const failed = 'failed to satisfy constraint: Member must have value'
    await refusedWith(
      'ValidationError',
      400,
      `3 validation errors detected: Value at 'minimumPasswordLength' ${failed} less than or equal to 128; ` +
        `Value at 'passwordReusePrevention' ${failed} less than or equal to 24; ` +
        `Value at 'maxPasswordAge' ${failed} less than or equal to 1095`,
      rule({ MinimumPasswordLength: 129, PasswordReusePrevention: 25, MaxPasswordAge: 1096 }),
    )
    await refusedWith(
      'ValidationError',
      400,
      `1 validation error detected: Value at 'maxPasswordAge' ${failed} greater than or equal to 1`,
      rule({ MaxPasswordAge: 0 }),
    )
    await refusedWith('NoSuchEntity', 404, undefined, rules())
  })

  it('are kept by whoever sets a password', async () => {
    await rule({
      MinimumPasswordLength: 8,
      RequireSymbols: true,
      RequireNumbers: true,
      RequireUppercaseCharacters: true,
      RequireLowercaseCharacters: true,
      AllowUsersToChangePassword: true,
    })
    for (const weak of ['aB3-567', 'aB345678', 'aBc-defg', 'ab3-5678', 'AB3-5678']) await broken(give(weak))
    await give('aB3-5678')
    await broken(set('weak'))
    await set('aB3-56789')
    await broken(change('aB3-56789', 'weak'))
    await change('aB3-56789', 'aB3-again')
    assert.equal(await signIn('aB3-again', 'weak'), 401)
    assert.equal(await signIn('aB3-again', 'aB3-other'), 200)
    assert.equal(await signIn('aB3-other'), 200)
    await forget()
    await set('weak')
  })

  it('keep passwords from coming back', async () => {
    await give('first1')
    await rule({ PasswordReusePrevention: 2 })
    await broken(set('first1'))
    await set('second2')
    await broken(set('second2'))
    await set('third3')
    await broken(set('second2'))
    await broken(set('third3'))
    await set('fourth4')
    await set('second2')
    await forget()
    await set('second2')
  })

  it('say how long passwords last, those that there are as well', async () => {
    await give('first1')
    c.clock.advance(20 * day)
    assert.equal(await signIn('first1'), 200)
    await rule({ MaxPasswordAge: 10 })
    assert.equal(await signIn('first1'), 403)
    assert.equal(await signIn('first1', 'second2'), 200)
    c.clock.advance(9 * day)
    assert.equal(await signIn('second2'), 200)
    await rule({ MaxPasswordAge: 5, HardExpiry: true })
    assert.equal(await signIn('second2'), 403)
    assert.equal(await signIn('second2', 'third3'), 403)
    await rule({})
    await set('third3')
    c.clock.advance(1000 * day)
    assert.equal(await signIn('third3'), 200)
  })

  it('let users change their own and read the rules, unless a policy denies it', async () => {
    await give('first1')
    const denied = (request: Promise<unknown>) => refusedWith('NotAuthorized', 403, undefined, request)
    await rule({})
    await denied(change('first1', 'second2'))
    await denied(rules(annsClient))
    await rule({ AllowUsersToChangePassword: true })
    await change('first1', 'second2')
    assert.equal((await rules(annsClient))?.AllowUsersToChangePassword, true)
    await denied(rule({}, annsClient))
    await denied(forget(annsClient))
    await forget()
    await denied(change('second2', 'third3'))
    const PolicyArn = 'arn:aws:iam::aws:policy/IAMUserChangePassword'
    await client.send(new iam.AttachUserPolicyCommand({ UserName: 'ann', PolicyArn }))
    await change('second2', 'third3')
    await refusedWith('NoSuchEntity', 404, undefined, rules(annsClient))
    await rule({ AllowUsersToChangePassword: true })
    havePolicy(c, alice.accountId, 'user/ann', policyOf('Deny', 'iam:ChangePassword'))
    await denied(change('third3', 'fourth4'))
  })
})
