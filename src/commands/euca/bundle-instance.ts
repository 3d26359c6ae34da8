// SPDX-License-Identifier: BSD-2-Clause
import { UsageError } from '../../cli/errors'
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { bundled } from '../../install/goals'
import { bundleTaskRows } from '../../rows/bundle-tasks'

export default ec2.command({
  summary: 'Bundle the root disk of a running instance-store instance',
  description:
    'The cloud makes the bundle and stores it under a signed policy, as a task that euca-describe-bundle-tasks shows.',
  options: {
    instance: positional('INSTANCE', { help: 'ID of the instance to bundle (required)' }),
    bucket: option('-b --bucket', {
      metavar: 'BUCKET',
      required: true,
      help: 'bucket in which to store the bundle (required)',
    }),
    prefix: option('-p --prefix', {
      metavar: 'PREFIX',
      required: true,
      help: "beginning of the names of the bundle's objects (required)",
    }),
    ownerAkid: option('-o --owner-akid --user-access-key', {
      metavar: 'KEY-ID',
      help: "bucket owner's access key ID (default: yours)",
    }),
    policy: option('-c --policy', {
      metavar: 'POLICY',
      help: 'base64-encoded upload policy that lets the cloud store the bundle (default: one is made)',
    }),
    policySignature: option('-s --policy-signature', {
      metavar: 'SIGNATURE',
      help: 'signature of the base64-encoded upload policy (default: one is made with -w)',
    }),
    ownerSak: option('-w --owner-sak --user-secret-key', {
      metavar: 'KEY',
      help: "bucket owner's secret key, for signing the policy (default: yours)",
    }),
    expires: option('-x --expires', {
      metavar: 'HOURS',
      type: 'int',
      default: 24,
      help: 'how long a policy that is made is good for (default: 24)',
    }),
  },
  rules: async (args, context) => {
    const { bundleInstanceFault } = await import('../../install/bundle-instance')
    const fault = await bundleInstanceFault(context, args)
    if (fault !== undefined) throw new UsageError(fault)
  },
  call: async (ec2, args, context) => {
    const { uploadLeave } = await import('../../install/bundle-instance')
    const S3 = await uploadLeave(context, args)
    return ec2.bundleInstance({ InstanceId: args.instance, Storage: { S3 } })
  },
  rows: ({ BundleTask }) => bundleTaskRows([BundleTask]),
  wait: { until: bundled, of: ({ BundleTask }) => [BundleTask?.BundleId] },
})
