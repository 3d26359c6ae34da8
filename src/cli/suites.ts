// SPDX-License-Identifier: BSD-2-Clause
// The kinds of command. What `call` receives first is the client of the suite's service, or the context.
import type {
  AutoScalingClient,
  BalancingClient,
  CloudFormationClient,
  Ec2Client,
  IamClient,
  MonitoringClient,
  S3Client,
  StsClient,
} from '../clients'
import { type Command, type Declaration, suite } from './command'
import type { Context } from './context'
import { type Options, option } from './options'

/** Tools that make EC2 requests and print records. */
export const ec2 = suite<Ec2Client>('ec2', ['tabify', 'region', 'service-url', 'credentials'])

/** Tools of the object store. They print plain lines. */
export const s3 = suite<S3Client>('s3', ['region', 'service-url', 'credentials'])

/** Tools that need no service, or choose for themselves: `call` receives the context. */
export const local = suite<Context>(undefined, [])

/** The eustore tools: every option is declared by the command, since they differ from the others'. */
export const eustore = suite<Context>(undefined, [])

/** Tools of the cloud's accounts, which are for its administrators alone. */
export const accounts = suite<IamClient>('iam', ['region', 'service-url', 'credentials'])

/** Tools of Auto Scaling that print nothing, or plain lines. */
export const scaling = suite<AutoScalingClient>('autoscaling', ['region', 'service-url', 'credentials'])

/** Of these, the ones whose work goes on after the answer. */
export const scalingWaits = suite<AutoScalingClient>('autoscaling', [
  'wait',
  'region',
  'service-url',
  'credentials',
])

/** Tools of Auto Scaling that print records. */
export const scalingLists = suite<AutoScalingClient>('autoscaling', [
  'tabify',
  'region',
  'service-url',
  'credentials',
])

/** Tools of CloudWatch. */
export const monitoring = suite<MonitoringClient>('monitoring', [
  'tabify',
  'region',
  'service-url',
  'credentials',
])

/** Tools of load balancers that print nothing. */
export const balancing = suite<BalancingClient>('elasticloadbalancing', [
  'region',
  'service-url',
  'credentials',
])

/** Tools of load balancers that print records. */
export const balancingLists = suite<BalancingClient>('elasticloadbalancing', [
  'tabify',
  'region',
  'service-url',
  'credentials',
])

/** Of these, the one whose work goes on after the answer. */
export const balancingWaits = suite<BalancingClient>('elasticloadbalancing', [
  'tabify',
  'wait',
  'region',
  'service-url',
  'credentials',
])

/** Tools of CloudFormation. */
export const stacks = suite<CloudFormationClient>('cloudformation', [
  'tabify',
  'region',
  'service-url',
  'credentials',
])

/** Of these, the ones whose work goes on after the answer. */
export const stackWaits = suite<CloudFormationClient>('cloudformation', [
  'tabify',
  'wait',
  'region',
  'service-url',
  'credentials',
])

/** Tools of the token service. */
export const sts = suite<StsClient>('sts', ['region', 'service-url', 'credentials'])

/** An empty one, as of a variable that is not set, would mean one's own account. */
const someAccount = (text: string): string => {
  if (text === '') throw new TypeError('must not be empty')
  return text
}

const asAccount = {
  asAccount: option('--as-account', {
    metavar: 'ACCOUNT',
    type: someAccount,
    help:
      '[Eucalyptus only] run this command as the administrator of another account. ' +
      'Only usable by cloud administrators',
  }),
}

/** Tools of what an account holds: a cloud administrator may use them on any, by `--as-account`, once `--delegate`. */
export const euare = {
  command: <const O extends Options, Result = unknown>(
    declaration: Omit<Declaration<IamClient, O, undefined, Result>, 'filters'>,
  ): Command => {
    const { options, olderSpellings, call, ...rest } = declaration as Omit<Command, 'service' | 'common'>
    return accounts.command({
      ...rest,
      options: { ...options, ...asAccount },
      olderSpellings: { '--delegate': '--as-account', ...olderSpellings },
      call: (iam, args, context) => call(iam.as(args.asAccount), args, context),
    })
  },
}
