// SPDX-License-Identifier: BSD-2-Clause
// Attributes of load balancers as requests state them, and as answers show them (engine-iam-elb, part 3 §6).
import type {
  AccessLog,
  AdditionalAttribute,
  ConnectionDraining,
  LoadBalancerAttributes,
} from '@aws-sdk/client-elastic-load-balancing'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { checkRange, invalidConfiguration } from './refusals'
import type { AccessLogs, BalancerAttributes } from './schema'

const defaultInterval = 60
const defaultDrainingSeconds = 300

export const defaultAttributes: BalancerAttributes = {
  crossZone: false,
  idleSeconds: 60,
  accessLogs: { enabled: false, interval: defaultInterval },
  draining: { enabled: false, timeoutSeconds: defaultDrainingSeconds },
}

/** The names of objects begin with it, and have some two hundred characters more of the 1,024 that they may have. */
const longestPrefix = 512

const checkPrefix = (prefix: string): void => {
  if (prefix.length > longestPrefix || !/^[\x20-\x7e]*$/.test(prefix))
    invalidConfiguration('Invalid characters in bucket prefix text string')
}

/** Logs are written on the account's behalf: into a bucket of its own. */
const checkBucket = (tx: Tx, name: string): void => {
  const bucket = tx.buckets.get(name)
  if (bucket?.owner.canonicalId !== tx.caller.canonicalId)
    invalidConfiguration(`S3Bucket: ${name} does not exist`)
}

const accessLogsOf = (tx: Tx, asked: AccessLog): AccessLogs => {
  const { Enabled = false, S3BucketName: bucket, S3BucketPrefix: prefix, EmitInterval } = asked
  const interval = EmitInterval ?? defaultInterval
  if (Enabled) {
    checkBucket(tx, bucket ?? '')
    if (interval < 5 || interval > 60)
      invalidConfiguration("Access log's emit interval must be between 5 and 60 minutes")
  }
  if (prefix) checkPrefix(prefix)
  return { enabled: Enabled, interval, ...(bucket && { bucket }), ...(prefix && { prefix }) }
}

const drainingOf = (
  { Enabled = false, Timeout }: ConnectionDraining,
  { timeoutSeconds }: BalancerAttributes['draining'],
): BalancerAttributes['draining'] => {
  checkRange('loadBalancerAttributes.connectionDraining.timeout', Timeout, 1, 3600)
  return { enabled: Enabled, timeoutSeconds: Timeout ?? timeoutSeconds }
}

/** What is kept and shown: attributes of AWS that change nothing here, and their values. */
const additional: Readonly<Record<string, readonly string[]>> = {
  'elb.http.desyncmitigationmode': ['monitor', 'defensive', 'strictest'],
}

const othersOf = (asked: readonly AdditionalAttribute[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    asked.map(({ Key = '', Value = '' }) => {
      const values = Object.hasOwn(additional, Key) ? additional[Key] : undefined
      if (!values)
        return refuse(
          'LoadBalancerAttributeNotFound',
          'The specified load balancer attribute does not exist.',
        )
      if (!values.includes(Value))
        refuse('ValidationError', `Value '${Value}' of attribute ${Key} must be one of: ${values.join(', ')}`)
      return [Key, Value]
    }),
  )

/** With what a request asks for; what it leaves out stays. */
export const changedAttributes = (
  tx: Tx,
  before: BalancerAttributes,
  asked: LoadBalancerAttributes,
): BalancerAttributes => {
  const { CrossZoneLoadBalancing, AccessLog, ConnectionDraining, ConnectionSettings } = asked
  const idle = ConnectionSettings?.IdleTimeout
  checkRange('loadBalancerAttributes.connectionSettings.idleTimeout', idle, 1, 4000)
  const others = { ...before.others, ...othersOf(asked.AdditionalAttributes ?? []) }
  return {
    crossZone: CrossZoneLoadBalancing?.Enabled ?? before.crossZone,
    idleSeconds: idle ?? before.idleSeconds,
    accessLogs: AccessLog ? accessLogsOf(tx, AccessLog) : before.accessLogs,
    draining: ConnectionDraining ? drainingOf(ConnectionDraining, before.draining) : before.draining,
    ...(Object.keys(others).length > 0 && { others }),
  }
}

export const attributesView = (attributes: BalancerAttributes): LoadBalancerAttributes => {
  const { crossZone, idleSeconds, accessLogs, draining, others = {} } = attributes
  const { enabled, bucket, prefix, interval } = accessLogs
  return {
    CrossZoneLoadBalancing: { Enabled: crossZone },
    AccessLog: {
      Enabled: enabled,
      ...((enabled || bucket) && { EmitInterval: interval }),
      ...(bucket && { S3BucketName: bucket }),
      ...(prefix && { S3BucketPrefix: prefix }),
    },
    ConnectionDraining: { Enabled: draining.enabled, Timeout: draining.timeoutSeconds },
    ConnectionSettings: { IdleTimeout: idleSeconds },
    AdditionalAttributes: Object.entries(others).map(([Key, Value]) => ({ Key, Value })),
  }
}
