// SPDX-License-Identifier: BSD-2-Clause
// What euca-bundle-instance asks of a cloud: leave, by a signed policy, to store a bundle (bundle-format.md §8).
import { createHmac } from 'node:crypto'
import type { Context } from '../cli/context'

export interface BundleInstanceArgs {
  readonly bucket: string
  readonly prefix: string
  readonly ownerAkid: string | undefined
  /** Base64, sent as it is. */
  readonly policy: string | undefined
  readonly policySignature: string | undefined
  readonly ownerSak: string | undefined
  /** Hours. */
  readonly expires: number
}

/** `S3` of the request's `Storage`. */
export interface UploadLeave {
  readonly Bucket: string
  readonly Prefix: string
  readonly AWSAccessKeyId: string
  readonly UploadPolicy: string
  readonly UploadPolicySignature: string
}

const latestTime = Date.UTC(9999, 11, 31)

const expiryOf = (hours: number, now: number): number => now + hours * 3_600_000

/** A policy for one bundle, as the original writes it. `expiration` in milliseconds. */
export const defaultPolicy = (bucket: string, prefix: string, expiration: number): string => {
  const text = JSON.stringify
  const time = new Date(expiration).toISOString().replace(/\.\d+Z$/, 'Z')
  return `{"conditions": [{"acl": "ec2-bundle-read"}, {"bucket": ${text(bucket)}}, ["starts-with", "$key", ${text(prefix)}]], "expiration": ${text(time)}}`
}

/** Whose key signs: the one given, else the user's own, whose secret is then known. */
const owner = async (
  context: Context,
  { ownerAkid, ownerSak }: BundleInstanceArgs,
): Promise<{ readonly accessKeyId: string; readonly secretKey: string | undefined }> => {
  const own = (await context.settings()).credentials()
  const accessKeyId = ownerAkid ?? own.accessKeyId
  return { accessKeyId, secretKey: ownerSak ?? (accessKeyId === own.accessKeyId ? own.secretKey : undefined) }
}

/** What is wrong with the options taken together; undefined when nothing is. Throws ConfigError without credentials. */
export const bundleInstanceFault = async (
  context: Context,
  args: BundleInstanceArgs,
): Promise<string | undefined> => {
  const { policy, policySignature, expires } = args
  if (policy !== undefined && policySignature !== undefined) return undefined
  if (policy === undefined && !(Math.abs(expiryOf(expires, context.now())) <= latestTime)) {
    return 'argument -x/--expires: no such time'
  }
  const { secretKey } = await owner(context, args)
  if (secretKey) return undefined
  const missing = policy === undefined ? '-c/--policy' : '-s/--policy-signature'
  return `argument -w/--owner-sak is required when ${missing} is not used`
}

/** The policy and the signature that were given, or made here. `bundleInstanceFault` found nothing wrong. */
export const uploadLeave = async (context: Context, args: BundleInstanceArgs): Promise<UploadLeave> => {
  const { bucket, prefix, expires } = args
  const { accessKeyId, secretKey = '' } = await owner(context, args)
  const made = () => Buffer.from(defaultPolicy(bucket, prefix, expiryOf(expires, context.now())))
  const policy = args.policy ?? made().toString('base64')
  return {
    Bucket: bucket,
    Prefix: prefix,
    AWSAccessKeyId: accessKeyId,
    UploadPolicy: policy,
    UploadPolicySignature:
      args.policySignature ?? createHmac('sha1', secretKey).update(policy).digest('base64'),
  }
}
