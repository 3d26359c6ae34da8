// SPDX-License-Identifier: BSD-2-Clause
// Condition keys that are more than something to compare (engine-iam-elb, part 1 §5): quotas, which `Limit` statements set,
// and contracts, which say how long an instance may live.

const quotas: Readonly<Record<string, readonly string[]>> = {
  ec2: [
    'vminstancenumber',
    'vminstanceactivenumber',
    'imagenumber',
    'volumenumber',
    'volumetotalsize',
    'snapshotnumber',
    'addressnumber',
    'securitygroupnumber',
    'vpcnumber',
    'internetgatewaynumber',
    'cputotalsize',
    'memorytotalsize',
    'disktotalsize',
  ],
  s3: ['bucketnumber', 'buckettotalsize', 'bucketsize', 'bucketobjectnumber'],
  iam: [
    'usernumber',
    'groupnumber',
    'rolenumber',
    'instanceprofilenumber',
    'servercertificatenumber',
    'openidconnectprovidernumber',
  ],
  autoscaling: ['autoscalinggroupnumber', 'launchconfigurationnumber', 'scalingpolicynumber'],
  elasticloadbalancing: ['loadbalancernumber'],
  cloudformation: ['stacknumber'],
}

/** All that may be limited, in lower case. */
export const quotaKeys: ReadonlySet<string> = new Set(
  Object.entries(quotas).flatMap(([vendor, names]) => names.map(name => `${vendor}:quota-${name}`)),
)

export const isQuota = (key: string): boolean => /^[^:]*:quota-/.test(key)

/** Minutes that an instance may live. */
export const keepAlive = 'ec2:keepalive'
/** When its life ends. */
export const expirationTime = 'ec2:expirationtime'

/** The one operator that may be used with a contract. */
export const contractOperators: Readonly<Record<string, string>> = {
  [keepAlive]: 'NumericEquals',
  [expirationTime]: 'DateEquals',
}
