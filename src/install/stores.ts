// SPDX-License-Identifier: BSD-2-Clause
// S3 as the bundle library wants it, for a command's settings: signed by the user's key, or by an upload policy.
import type { ObjectStore, StoredBody } from '../bundle/object-store'
import type { Context } from '../cli/context'
import { openObjectStore } from '../clients'
import type { Settings } from '../config'
import { BundleError } from '../format/bundle/errors'
import type { UploadArgs } from './given'

/** Objects signed by the user's own key. */
export const storeOf = async (context: Context, settings?: Settings) =>
  openObjectStore(settings ?? (await context.settings()), await context.clientIo())

// What is left to do after an interruption must not take long: the process ends ten seconds after it was told to.
const cleaningMilliseconds = 5000

/** What clients need of the process, for cleaning up after a command that may have been interrupted. */
export const cleaningIo = async (context: Context) => ({
  ...(await context.clientIo()),
  signal: AbortSignal.timeout(cleaningMilliseconds),
})

/** Takes back what was uploaded. */
export const eraserOf = async (context: Context): Promise<ObjectStore> =>
  openObjectStore(await context.settings(), await cleaningIo(context))

/** An upload policy with what must come with it. */
export interface UploadPolicy {
  /** Base64. */
  readonly policy: string
  readonly signature: string
  readonly accessKeyId: string
  readonly securityToken?: string
}

/** The policy that the options give, if they do. Throws a BundleError when a part of it is missing. */
export const policyOf = async (context: Context, args: UploadArgs): Promise<UploadPolicy | undefined> => {
  const { uploadPolicy, uploadPolicyFile, uploadPolicySignature } = args
  const policy =
    uploadPolicy ??
    (uploadPolicyFile && (await context.read(uploadPolicyFile, { stdin: true })).toString('base64'))
  if (policy === undefined || policy === '') {
    if (uploadPolicySignature === undefined) return undefined
    throw new BundleError(
      'an upload policy signature needs an upload policy; supply one with --upload-policy',
    )
  }
  const given = args as { accessKeyId?: string; securityToken?: string }
  if (!uploadPolicySignature) {
    throw new BundleError('an upload policy needs its signature; supply it with --upload-policy-signature')
  }
  if (!given.accessKeyId) {
    throw new BundleError('an upload policy needs the access key ID it was signed with; supply it with -I')
  }
  return {
    policy,
    signature: uploadPolicySignature,
    accessKeyId: given.accessKeyId,
    ...(given.securityToken && { securityToken: given.securityToken }),
  }
}

/** Objects stored by forms that carry a policy instead of a signature. Nothing can be read through it. */
export const policyStore = async (context: Context, given: UploadPolicy): Promise<ObjectStore> => {
  const settings = await context.settings()
  const store = await openObjectStore(settings, await context.clientIo(), { unsigned: true })
  const { policy, signature, accessKeyId, securityToken } = given
  const put = (bucket: string, key: string, body: StoredBody, { acl }: { acl: string }) =>
    store.postForm(
      bucket,
      {
        Policy: policy,
        AWSAccessKeyId: accessKeyId,
        Signature: signature,
        acl,
        key,
        ...(securityToken && { 'x-amz-security-token': securityToken }),
      },
      body,
      { signal: context.signal },
    )
  return { ...store, put }
}
