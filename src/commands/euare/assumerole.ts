// SPDX-License-Identifier: BSD-2-Clause
import { findRoleArn, sessionVariables } from '../../cli/euare/assumed-role'
import { contentOf } from '../../cli/euare/contents'
import { evalReminder, shellOf, shellOptions } from '../../cli/euare/shell-code'
import { exclusive, option, positional } from '../../cli/options'
import { sts } from '../../cli/suites'
import { text } from '../../rows/cell'

/** Unique enough for a log, and free of what session names may not have. */
const sessionName = (now: number): string =>
  `euca2ools-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}Z`

export default sts.command({
  summary: 'Assume a role: print shell commands that make later tools act in it',
  description:
    'The shell has to evaluate what is printed: eval `euare-assumerole ROLE`. What was there of credentials before is ' +
    'replaced; euare-releaserole takes the role away again.',
  options: {
    role: positional('ROLE', {
      help: 'the role: its ARN, or the end of it, such as NAME or ACCOUNT:role/NAME (required)',
    }),
    duration: option('-d --duration', {
      metavar: 'SECONDS',
      type: 'int',
      default: 900,
      help: 'how long the credentials shall be good for (default: %(default)s)',
    }),
    sessionName: option('--session-name', {
      metavar: 'PATH',
      help: 'name of the session (default: made of the time)',
    }),
    ...shellOptions,
    policy: exclusive(
      { required: false },
      {
        policyContent: option('--policy-content', {
          metavar: 'POLICY_CONTENT',
          help: 'a policy that restricts the session further, itself',
        }),
        policyDocument: option('--policy-document', {
          metavar: 'FILE',
          help: 'file with a policy that restricts the session further',
        }),
      },
    ),
    externalId: option('--external-id', {
      metavar: 'STR',
      help: "what the role's owner gave to those who may assume it",
    }),
    mfaSerial: option('--mfa-serial', {
      metavar: 'MFA',
      help: 'serial number of your multi-factor authentication device',
    }),
    mfaCode: option('--mfa-code', { metavar: 'CODE', help: 'code that the device shows' }),
  },
  call: async (sts, args, context) => {
    const RoleArn = await findRoleArn(args.role, context)
    const result = await sts.assumeRole({
      RoleArn,
      RoleSessionName: args.sessionName ?? sessionName(context.now()),
      DurationSeconds: args.duration,
      Policy: await contentOf(args.policyContent, args.policyDocument, context),
      ExternalId: args.externalId,
      SerialNumber: args.mfaSerial,
      TokenCode: args.mfaCode,
    })
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = result.Credentials ?? {}
    const session = {
      keyId: AccessKeyId,
      secret: SecretAccessKey,
      token: SessionToken,
      expiration: text(Expiration),
      account: RoleArn.split(':')[4],
      isEmbedded: (await context.settings()).mode === 'embedded',
    }
    await context.print(
      ...sessionVariables(shellOf(args, context.io.env), session),
      ...evalReminder(context.words),
    )
    return result
  },
})
