// SPDX-License-Identifier: BSD-2-Clause
// What Eucalyptus has and the SDK lacks, as schemas of the SDK's static form (numbers: 0 string, 1 number, 2 boolean;
// arrays: 1 list, 3 structure, 9 operation). This file imports types only, so that the engine can read it as well.
import type { StaticListSchema, StaticOperationSchema, StaticStructureSchema } from '@smithy/types'

const bootstrapNamespace = 'com.eucalyptus.bootstrap'
const ec2Namespace = 'com.eucalyptus.ec2'

/** A list whose children are called `item`, as everywhere in EC2. */
const itemsOf = (namespace: string, name: string, member: StaticListSchema[4]): StaticListSchema => [
  1,
  namespace,
  name,
  0,
  [member, { xmlName: 'item' }],
]

// ---- bootstrap: DescribeServiceCertificates -------------------------------------------------------------------

export interface DescribeServiceCertificatesInput {
  /** `pem` or `der` (base64 of it). */
  Format?: string
  /** `SHA-1`, `SHA-256` or `SHA-512`. */
  FingerprintDigest?: string
}

export interface ServiceCertificate {
  /** Such as `compute`. */
  ServiceType?: string
  /** `image-bundling`, `server`, … */
  CertificateUsage?: string
  CertificateFormat?: string
  CertificateFingerprintDigest?: string
  CertificateFingerprint?: string
  Certificate?: string
}

export interface DescribeServiceCertificatesOutput {
  ServiceCertificates?: ServiceCertificate[]
}

const certificateMembers = [
  'ServiceType',
  'CertificateUsage',
  'CertificateFormat',
  'CertificateFingerprintDigest',
  'CertificateFingerprint',
  'Certificate',
]

/** `serviceType` on the wire is `ServiceType` in a value, as in the SDK's own EC2 schemas. */
const wireName = (member: string): string => member.charAt(0).toLowerCase() + member.slice(1)

const ServiceCertificate$: StaticStructureSchema = [
  3,
  bootstrapNamespace,
  'ServiceCertificate',
  0,
  certificateMembers,
  certificateMembers.map(member => [0, { xmlName: wireName(member), ec2QueryName: member }]),
]

export const DescribeServiceCertificates$: StaticOperationSchema = [
  9,
  bootstrapNamespace,
  'DescribeServiceCertificates',
  0,
  [3, bootstrapNamespace, 'DescribeServiceCertificatesRequest', 0, ['Format', 'FingerprintDigest'], [0, 0]],
  [
    3,
    bootstrapNamespace,
    'DescribeServiceCertificatesResult',
    0,
    ['ServiceCertificates'],
    [
      [
        itemsOf(bootstrapNamespace, 'ServiceCertificateList', () => ServiceCertificate$),
        { xmlName: 'serviceCertificates' },
      ],
    ],
  ],
]

// ---- ec2: DescribeInstanceTypes as Eucalyptus has it -------------------------------------------------------------

export interface DescribeEucalyptusInstanceTypesInput {
  /** Names such as `m1.small`; none means all. */
  InstanceTypes?: string[]
  /** Ask for the capacity left, by zone. Administrators only. */
  Availability?: boolean
  Verbose?: boolean
}

export interface ZoneCapacity {
  ZoneName?: string
  /** Instances of this type the zone holds when empty, and those it can still take. */
  Max?: number
  Available?: number
}

export interface EucalyptusInstanceType {
  Name?: string
  Cpu?: number
  MemoryMib?: number
  DiskGib?: number
  NetworkInterfaces?: number
  Availability?: ZoneCapacity[]
}

export interface DescribeEucalyptusInstanceTypesOutput {
  InstanceTypeDetails?: EucalyptusInstanceType[]
}

const ZoneCapacity$: StaticStructureSchema = [
  3,
  ec2Namespace,
  'ZoneCapacity',
  0,
  ['ZoneName', 'Max', 'Available'],
  [
    [0, { xmlName: 'zoneName' }],
    [1, { xmlName: 'max' }],
    [1, { xmlName: 'available' }],
  ],
]

const EucalyptusInstanceType$: StaticStructureSchema = [
  3,
  ec2Namespace,
  'EucalyptusInstanceType',
  0,
  ['Name', 'Cpu', 'MemoryMib', 'DiskGib', 'NetworkInterfaces', 'Availability'],
  [
    [0, { xmlName: 'name' }],
    [1, { xmlName: 'cpu' }],
    [1, { xmlName: 'memory' }],
    [1, { xmlName: 'disk' }],
    [1, { xmlName: 'networkInterfaces' }],
    [itemsOf(ec2Namespace, 'ZoneCapacityList', () => ZoneCapacity$), { xmlName: 'availability' }],
  ],
]

// ---- ec2: ModifyInstanceTypeAttribute ----------------------------------------------------------------------------

export interface ModifyInstanceTypeAttributeInput {
  Name?: string
  Cpu?: number
  /** GiB. */
  Disk?: number
  /** MiB. */
  Memory?: number
  NetworkInterfaces?: number
  /** Everything as it was by itself. */
  Reset?: boolean
  /** Eucalyptus takes it and does nothing with it. */
  Force?: boolean
}

export interface ModifyInstanceTypeAttributeOutput {
  InstanceType?: EucalyptusInstanceType
  PreviousInstanceType?: EucalyptusInstanceType
}

export const ModifyInstanceTypeAttribute$: StaticOperationSchema = [
  9,
  ec2Namespace,
  'ModifyInstanceTypeAttribute',
  0,
  [
    3,
    ec2Namespace,
    'ModifyInstanceTypeAttributeRequest',
    0,
    ['Name', 'Cpu', 'Disk', 'Memory', 'NetworkInterfaces', 'Reset', 'Force'],
    [0, 1, 1, 1, 1, 2, 2],
    // Of these so many are required, from the first.
    1,
  ],
  [
    3,
    ec2Namespace,
    'ModifyInstanceTypeAttributeResult',
    0,
    ['InstanceType', 'PreviousInstanceType'],
    [
      [() => EucalyptusInstanceType$, { xmlName: 'instanceType' }],
      [() => EucalyptusInstanceType$, { xmlName: 'previousInstanceType' }],
    ],
  ],
]

// ---- ec2: DescribeInstanceTypes, the operation -------------------------------------------------------------------

/** Named as the action is; AWS' later action of the same name has another form, which this takes the place of. */
export const DescribeEucalyptusInstanceTypes$: StaticOperationSchema = [
  9,
  ec2Namespace,
  'DescribeInstanceTypes',
  0,
  [
    3,
    ec2Namespace,
    'DescribeInstanceTypesRequest',
    0,
    ['InstanceTypes', 'Availability', 'Verbose'],
    [[itemsOf(ec2Namespace, 'InstanceTypeNameList', 0), { xmlName: 'InstanceType' }], 2, 2],
  ],
  [
    3,
    ec2Namespace,
    'DescribeInstanceTypesResult',
    0,
    ['InstanceTypeDetails'],
    [
      [
        itemsOf(ec2Namespace, 'EucalyptusInstanceTypeList', () => EucalyptusInstanceType$),
        // Eucalyptus 3.3, which had this action first, answered it in a namespace of its own; libcloud still expects that.
        { xmlName: 'instanceTypeDetails', xmlNamespace: ['', 'http://msgs.eucalyptus.com/3.3.0'] },
      ],
    ],
  ],
]
