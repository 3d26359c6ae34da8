// SPDX-License-Identifier: BSD-2-Clause
// The services of this cloud and where they are reached (engine-protocols §1).
import type { Tasks } from './due'
import type { Jobs } from './jobs'
import type { Chores, Service, Tx } from './operation'
import type { Family } from './wire/contracts'

export interface Place {
  readonly name: string
  /** Services are loaded when they are first asked: a tool that describes images has no use for S3's schemas. */
  readonly load: () => Promise<Service>
  readonly family: Family
  /** Paths below which the service answers; a trailing part is allowed. */
  readonly paths: readonly string[]
  /** First labels of a host name that mean the service, and names in a credential scope. */
  readonly names: readonly string[]
  /** The service's name in the forms of wire/rpc.ts, where it answers in these as well. */
  readonly rpcTarget?: string
  /** Of the answers; where there is none, the version that was asked for has one. */
  readonly namespace?: string
  /** Bytes of a form, where it may be larger than others are: a template is part of one, and grows as it is encoded. */
  readonly formBytes?: number
  /** Forms with ContentType=JSON are answered so. */
  readonly writesJson?: true
  /** AWS' codes for those of the service that are others: for clients that know AWS alone (aws-clients.ts). */
  readonly awsCodes?: Readonly<Record<string, string>>
  /** API versions that only this service has, for requests to the root without a version 4 signature. */
  readonly versions?: readonly string[]
}

export const places: readonly Place[] = [
  {
    name: 'ec2',
    load: async () => (await import('./ec2')).ec2,
    family: 'ec2',
    paths: ['/services/compute', '/services/Eucalyptus'],
    names: ['ec2', 'compute', 'eucalyptus'],
  },
  {
    name: 's3',
    load: async () => (await import('./s3')).s3,
    family: 's3',
    paths: ['/services/objectstorage', '/services/Walrus'],
    names: ['s3', 'objectstorage', 'walrus'],
  },
  {
    name: 'ebs',
    load: async () => (await import('./ebs')).ebs,
    family: 'json',
    paths: ['/services/ebs'],
    names: ['ebs'],
  },
  {
    name: 'iam',
    load: async () => (await import('./iam')).iam,
    family: 'query',
    paths: ['/services/Euare'],
    names: ['iam', 'euare'],
    namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    versions: ['2010-05-08'],
  },
  {
    name: 'sts',
    load: async () => (await import('./sts')).sts,
    family: 'query',
    paths: ['/services/Tokens'],
    names: ['sts', 'tokens'],
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    versions: ['2011-06-15'],
  },
  {
    name: 'autoscaling',
    load: async () => (await import('./autoscaling')).autoscaling,
    family: 'query',
    paths: ['/services/AutoScaling'],
    names: ['autoscaling'],
    namespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
    versions: ['2011-01-01'],
  },
  {
    name: 'cloudwatch',
    load: async () => (await import('./cloudwatch')).cloudwatch,
    family: 'query',
    paths: ['/services/CloudWatch'],
    names: ['monitoring', 'cloudwatch'],
    rpcTarget: 'GraniteServiceVersion20100801',
    namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    versions: ['2010-08-01'],
  },
  {
    name: 'elasticloadbalancing',
    load: async () => (await import('./elb')).elb,
    family: 'query',
    paths: ['/services/LoadBalancing'],
    names: ['elasticloadbalancing', 'loadbalancing'],
    namespace: 'http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/',
    versions: ['2012-06-01'],
    awsCodes: {
      AccessPointNotFound: 'LoadBalancerNotFound',
      CertificateNotFoundException: 'CertificateNotFound',
      DuplicateAccessPointName: 'DuplicateLoadBalancerName',
      InvalidEndPoint: 'InvalidInstance',
      TooManyAccessPoints: 'TooManyLoadBalancers',
    },
  },
  {
    name: 'cloudformation',
    load: async () => (await import('./cloudformation')).cloudformation,
    family: 'query',
    paths: ['/services/CloudFormation'],
    names: ['cloudformation'],
    // 51200 bytes of template and 60 parameters of 4096, each byte as three characters.
    formBytes: 1024 * 1024,
    writesJson: true,
    namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    versions: ['2010-05-15'],
    awsCodes: {
      AlreadyExists: 'AlreadyExistsException',
      InsufficientCapabilities: 'InsufficientCapabilitiesException',
    },
  },
  {
    name: 'bootstrap',
    load: async () => (await import('./bootstrap')).bootstrap,
    family: 'ec2',
    paths: ['/services/Empyrean'],
    names: ['bootstrap'],
    namespace: 'http://msgs.eucalyptus.com/4.4.5',
    versions: ['eucalyptus'],
  },
]

export interface Work {
  readonly tasks: Tasks
  readonly chores: Chores
  readonly jobs: Jobs
}

/** The tasks and jobs of every service, and the engine's own. */
export const loadWork = async (removeBlob: (blob: string) => void): Promise<Work> => {
  const services = await Promise.all(places.map(place => place.load()))
  return {
    tasks: Object.assign(
      {
        // Bytes that nobody reads any more; see `Core.release`.
        'blob.released': (_: Tx, blob: string) => removeBlob(blob),
        'token.expired': (tx: Tx, target: string) => {
          const [account = '', operation = '', token = ''] = JSON.parse(target) as string[]
          tx.tokenAnswers.in(account).delete(operation, token)
        },
      },
      ...services.map(service => service.tasks ?? {}),
    ),
    chores: Object.assign({}, ...services.map(service => service.chores ?? {})),
    jobs: Object.assign({}, ...services.map(service => service.jobs ?? {})),
  }
}
