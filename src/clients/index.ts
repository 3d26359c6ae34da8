// SPDX-License-Identifier: BSD-2-Clause
export type { BalancingClient, CloudFormationClient } from './balancing-operations'
export type { Call, CallOptions } from './call'
export { clientFor } from './client'
export type { ClientIo } from './connection'
export { ClientError, type ClientErrorReason, ServiceError } from './errors'
export type { Door } from './in-process'
export type { ObjectStore, PutOptions, StoredObject } from './object-store'
export type {
  BootstrapClient,
  Clients,
  EbsClient,
  Ec2Client,
  IamClient,
  ImportInstanceInput,
  InstanceChange,
  ObjectBody,
  S3Client,
  StsClient,
} from './operations'
export { ReceivedDate, receivedText } from './received'
export type { AutoScalingClient, MonitoringClient } from './scaling-operations'

/** S3 as the bundle library needs it. Loaded when called for. */
export const openObjectStore = async (
  ...args: Parameters<typeof import('./object-store').objectStore>
): Promise<import('./object-store').ObjectStore> => (await import('./object-store')).objectStore(...args)
