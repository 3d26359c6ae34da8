// SPDX-License-Identifier: BSD-2-Clause
// Operations of the SDK with the members that Eucalyptus' clients send or read and AWS' API no longer has. Requests with
// an unknown parameter are refused, so what is accepted must be in a schema.
import {
  AssignPrivateIpAddresses$,
  AssociateAddress$,
  AttributeValue$,
  BundleInstance$,
  CreateSecurityGroup$,
  DeleteSnapshot$,
  DiskImage$,
  DiskImageDetail$,
  ImportInstance$,
  ImportInstanceLaunchSpecification$,
  ImportVolume$,
  ModifyInstanceAttribute$,
  ModifySnapshotAttribute$,
  RegisterImage$,
  ResetNetworkInterfaceAttribute$,
  RunInstances$,
  RunInstancesMonitoringEnabled$,
  S3Storage$,
  Storage$,
  VolumeDetail$,
} from '@aws-sdk/client-ec2'
import type { StaticOperationSchema, StaticStructureSchema } from '@smithy/types'
import { extended, withInput, withOutput } from './combine'

// 0 is a string, 2 a boolean.
const text = 0
const returned = [2, { xmlName: 'return' }]

/** An operation whose answer says nothing in the SDK. */
const answering = (
  [kind, namespace, name, traits, input]: StaticOperationSchema,
  added: Readonly<Record<string, unknown>>,
): StaticOperationSchema => {
  const output = [3, namespace, `${name}Result`, 0, Object.keys(added), Object.values(added)]
  return [kind, namespace, name, traits, input, output as unknown as StaticStructureSchema]
}

/** With `Platform` (`windows`), as euca-register sends it. */
export const RegisterImageWithPlatform$ = withInput(RegisterImage$, { Platform: text })

/** With `AddressingType` (`public` or `private`), as euca-run-instances sends it. */
export const RunInstancesWithAddressing$ = withInput(RunInstances$, { AddressingType: text })

/** A structure any of whose members may be missing: the cloud has words of its own for what is. */
const loose = (shape: StaticStructureSchema): StaticStructureSchema =>
  // What follows the members' types is how many of them are required.
  shape.slice(0, 6) as unknown as StaticStructureSchema

const looseImage = [() => loose(DiskImageDetail$), { ec2QueryName: 'Image', xmlName: 'image' }]
const looseVolume = [() => loose(VolumeDetail$), { ec2QueryName: 'Volume', xmlName: 'volume' }]

/** With anything missing from the image and the volume. */
export const ImportVolumeLoose$ = withInput(ImportVolume$, { Image: looseImage, Volume: looseVolume })

const LooseDiskImage$ = extended(DiskImage$, {
  Image: [looseImage[0], 0],
  Volume: [looseVolume[0], 0],
})

/**
 * With what euca-import-instance sends: a key pair, and `Monitoring.Enabled` and a bare `UserData` where AWS has
 * `Monitoring` and `UserData.Data`. A parameter is read into whichever of two members of its name has its form.
 */
export const ImportInstanceWithKey$ = withInput(ImportInstance$, {
  LaunchSpecification: [
    () =>
      extended(ImportInstanceLaunchSpecification$, {
        KeyName: text,
        MonitoringSetting: [() => RunInstancesMonitoringEnabled$, { ec2QueryName: 'Monitoring' }],
        UserDataText: [text, { ec2QueryName: 'UserData' }],
      }),
    { ec2QueryName: 'LaunchSpecification' },
  ],
  // 1 is a list.
  DiskImages: [
    () => [1, 'com.amazonaws.ec2', 'DiskImageList', 0, () => LooseDiskImage$],
    { ec2QueryName: 'DiskImage', xmlName: 'diskImage' },
  ],
})

/** The members that `ImportInstanceWithKey$` adds to a launch specification. */
export interface ImportLaunchAdditions {
  readonly KeyName?: string
  readonly MonitoringSetting?: { readonly Enabled?: boolean }
  /** Base64. */
  readonly UserDataText?: string
}

/** With user data as text: euca-modify-instance-attribute sends what was typed, be it base64 or not. */
export const ModifyInstanceAttributeAsTyped$ = withInput(ModifyInstanceAttribute$, {
  UserData: [() => AttributeValue$, { ec2QueryName: 'UserData', xmlName: 'userData' }],
})

const S3StorageAsTyped$ = extended(S3Storage$, {
  UploadPolicy: [text, { ec2QueryName: 'UploadPolicy', xmlName: 'uploadPolicy' }],
})
const StorageAsTyped$ = extended(Storage$, { S3: [() => S3StorageAsTyped$, { xmlName: 'S3' }] })

/** With the policy as text: the signature is made of the base64 as it was typed, not of the bytes that it means. */
export const BundleInstanceAsTyped$ = withInput(BundleInstance$, { Storage: [() => StorageAsTyped$, 0] })

/** The input of `BundleInstanceAsTyped$`. */
export interface BundleInstanceInput {
  InstanceId: string | undefined
  Storage:
    | {
        S3?:
          | {
              AWSAccessKeyId?: string | undefined
              Bucket?: string | undefined
              Prefix?: string | undefined
              /** Base64. */
              UploadPolicy?: string | undefined
              UploadPolicySignature?: string | undefined
            }
          | undefined
      }
    | undefined
}

/** With product codes, which Eucalyptus' clients can add to a snapshot. 64 is a list, here of strings. */
export const ModifySnapshotAttributeWithProductCodes$ = withInput(ModifySnapshotAttribute$, {
  ProductCodes: [64 | text, { xmlName: 'ProductCode' }],
})

/** With `return`: a snapshot that is still being taken is left alone, and the answer says so. */
export const DeleteSnapshotWithReturn$ = answering(DeleteSnapshot$, { Return: returned })

/** With `return`, by which clients of EC2's first versions tell success (right_aws, fog); so is the next. */
export const CreateSecurityGroupWithReturn$ = withOutput(CreateSecurityGroup$, { Return: returned })
export const AssociateAddressWithReturn$ = withOutput(AssociateAddress$, { Return: returned })

/** With `return`, by which success was told before the answer had anything else to say. */
export const AssignPrivateIpAddressesWithReturn$ = withOutput(AssignPrivateIpAddresses$, {
  Return: returned,
})

/** With `Attribute` (`sourceDestCheck`), as Eucalyptus and its tools name what AWS names by a member of its own. */
export const ResetNetworkInterfaceAttributeByName$ = withInput(ResetNetworkInterfaceAttribute$, {
  Attribute: text,
})

/** The input of `ResetNetworkInterfaceAttributeByName$`. */
export interface ResetNetworkInterfaceAttributeInput {
  NetworkInterfaceId?: string | undefined
  SourceDestCheck?: string | undefined
  Attribute?: string | undefined
}
