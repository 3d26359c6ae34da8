// SPDX-License-Identifier: BSD-2-Clause
// Which operations the tools use, by service. A new tool adds its operation's name here, and its schema to the
// service's own file (ec2.ts, s3.ts, …); the types of input and output follow from the SDK.
import type { Readable } from 'node:stream'
import type {
  EBS,
  GetSnapshotBlockRequest,
  GetSnapshotBlockResponse,
  PutSnapshotBlockRequest,
  PutSnapshotBlockResponse,
} from '@aws-sdk/client-ebs'
import type {
  BundleInstanceResult,
  EC2,
  ImportInstanceLaunchSpecification,
  ImportInstanceRequest,
  ImportInstanceResult,
  ModifyInstanceAttributeRequest,
} from '@aws-sdk/client-ec2'
import type {
  CreateUserRequest,
  DeleteGroupRequest,
  DeleteUserRequest,
  EvaluationResult,
  GetUserRequest,
  IAM,
  SimulatePolicyResponse,
  SimulatePrincipalPolicyRequest,
  Statement,
  UpdateUserRequest,
  User,
} from '@aws-sdk/client-iam'
import type {
  GetObjectCommandInput,
  GetObjectCommandOutput,
  PutObjectCommandInput,
  PutObjectCommandOutput,
  S3,
} from '@aws-sdk/client-s3'
import type { STS } from '@aws-sdk/client-sts'
import type {
  AccountPolicyRequest,
  CreateAccountRequest,
  CreateAccountResponse,
  CreateSigningCertificateRequest,
  CreateSigningCertificateResponse,
  DeleteAccountRequest,
  GetAccountPolicyResponse,
  GetLdapSyncStatusResponse,
  GetUserInfoRequest,
  GetUserInfoResponse,
  ListAccountPoliciesRequest,
  ListAccountPoliciesResponse,
  ListAccountsResponse,
  PutAccountPolicyRequest,
  UpdateUserInfoRequest,
  UserAdditions,
} from '../schemas/euare'
import type {
  BundleInstanceInput,
  ImportLaunchAdditions,
  ResetNetworkInterfaceAttributeInput,
} from '../schemas/extended-operations'
import type {
  DescribeEucalyptusInstanceTypesInput,
  DescribeEucalyptusInstanceTypesOutput,
  DescribeServiceCertificatesInput,
  DescribeServiceCertificatesOutput,
  ModifyInstanceTypeAttributeInput,
  ModifyInstanceTypeAttributeOutput,
} from '../schemas/extensions'
import type { ResultAdditions, SimulationAdditions, StatementAdditions } from '../schemas/simulation'
import type { BalancingClient, CloudFormationClient } from './balancing-operations'
import type { Call, Operations } from './call'
import type { Ec2OperationName } from './ec2-operations'
import type { AutoScalingClient, MonitoringClient } from './scaling-operations'

export interface Ec2Client extends Operations<EC2, Ec2OperationName> {
  /** Its policy is base64 already, sent as it is. */
  readonly bundleInstance: Call<BundleInstanceInput, BundleInstanceResult>
  /** Eucalyptus' own. */
  readonly modifyInstanceTypeAttribute: Call<
    ModifyInstanceTypeAttributeInput,
    ModifyInstanceTypeAttributeOutput
  >
  /** Eucalyptus' own action of this name, not AWS': see extensions.ts. */
  readonly describeInstanceTypes: Call<
    DescribeEucalyptusInstanceTypesInput,
    DescribeEucalyptusInstanceTypesOutput
  >
  /** With a key pair, which AWS does not have there. */
  readonly importInstance: Call<ImportInstanceInput, ImportInstanceResult>
  /** What is reset has its name in a member that AWS does not have. */
  readonly resetNetworkInterfaceAttribute: Call<ResetNetworkInterfaceAttributeInput, object>
  /** Its user data is text, sent as it is. */
  readonly modifyInstanceAttribute: Call<InstanceChange & { InstanceId: string }, {}>
}

export type ImportInstanceInput = Omit<ImportInstanceRequest, 'LaunchSpecification'> & {
  LaunchSpecification?: ImportInstanceLaunchSpecification & ImportLaunchAdditions
}

/** What is changed of an instance. */
export type InstanceChange = Omit<ModifyInstanceAttributeRequest, 'InstanceId' | 'UserData'> & {
  UserData?: { Value: string } | undefined
}

export type EbsOperationName =
  | 'completeSnapshot'
  | 'getSnapshotBlock'
  | 'listChangedBlocks'
  | 'listSnapshotBlocks'
  | 'putSnapshotBlock'
  | 'startSnapshot'

/** The EBS direct APIs. Blocks are in memory; those that are read have been compared with their checksum. */
export interface EbsClient
  extends Omit<Operations<EBS, EbsOperationName>, 'getSnapshotBlock' | 'putSnapshotBlock'> {
  readonly getSnapshotBlock: Call<
    GetSnapshotBlockRequest,
    Omit<GetSnapshotBlockResponse, 'BlockData'> & { BlockData: Buffer }
  >
  readonly putSnapshotBlock: Call<
    Omit<PutSnapshotBlockRequest, 'BlockData'> & { BlockData: Buffer },
    PutSnapshotBlockResponse
  >
}

export type S3OperationName =
  | 'createBucket'
  | 'deleteBucket'
  | 'deleteObject'
  | 'getObject'
  | 'headObject'
  | 'listBuckets'
  | 'listObjects'
  | 'putObject'
export interface S3Client extends Omit<Operations<S3, S3OperationName>, 'getObject' | 'putObject'> {
  readonly getObject: Call<
    GetObjectCommandInput,
    Omit<GetObjectCommandOutput, 'Body' | '$metadata'> & { Body: Readable }
  >
  /** The body is sent from memory or from a file; its length is announced and it can be sent again. */
  readonly putObject: Call<
    Omit<PutObjectCommandInput, 'Body'> & { Body: ObjectBody },
    Omit<PutObjectCommandOutput, '$metadata'>
  >
}

/** Bytes in memory, or `size` bytes of a file, from `start` (0) on. */
export type ObjectBody = Buffer | { readonly file: string; readonly size: number; readonly start?: number }

export type IamOperationName =
  | 'addClientIDToOpenIDConnectProvider'
  | 'addRoleToInstanceProfile'
  | 'addUserToGroup'
  | 'createAccessKey'
  | 'createAccountAlias'
  | 'createGroup'
  | 'createInstanceProfile'
  | 'createLoginProfile'
  | 'createOpenIDConnectProvider'
  | 'createRole'
  | 'deactivateMFADevice'
  | 'deleteAccessKey'
  | 'deleteAccountAlias'
  | 'deleteGroupPolicy'
  | 'deleteInstanceProfile'
  | 'deleteLoginProfile'
  | 'deleteOpenIDConnectProvider'
  | 'deleteRole'
  | 'deleteRolePolicy'
  | 'deleteServerCertificate'
  | 'deleteSigningCertificate'
  | 'deleteUserPolicy'
  | 'enableMFADevice'
  | 'getAccountSummary'
  | 'getGroup'
  | 'getGroupPolicy'
  | 'getInstanceProfile'
  | 'getLoginProfile'
  | 'getOpenIDConnectProvider'
  | 'getRole'
  | 'getRolePolicy'
  | 'getServerCertificate'
  | 'getUserPolicy'
  | 'listAccessKeys'
  | 'listAccountAliases'
  | 'listGroupPolicies'
  | 'listGroups'
  | 'listGroupsForUser'
  | 'listInstanceProfiles'
  | 'listInstanceProfilesForRole'
  | 'listMFADevices'
  | 'listOpenIDConnectProviders'
  | 'listRolePolicies'
  | 'listRoles'
  | 'listServerCertificates'
  | 'listSigningCertificates'
  | 'listUserPolicies'
  | 'listUsers'
  | 'putGroupPolicy'
  | 'putRolePolicy'
  | 'putUserPolicy'
  | 'removeClientIDFromOpenIDConnectProvider'
  | 'removeRoleFromInstanceProfile'
  | 'removeUserFromGroup'
  | 'resyncMFADevice'
  | 'updateAccessKey'
  | 'updateAssumeRolePolicy'
  | 'updateGroup'
  | 'updateLoginProfile'
  | 'updateOpenIDConnectProviderThumbprint'
  | 'updateServerCertificate'
  | 'updateSigningCertificate'
  | 'uploadServerCertificate'
  | 'uploadSigningCertificate'

/** A decision of the simulation, with what `mallee explain-access` shows. */
export type ExplainedResult = Omit<EvaluationResult, 'MatchedStatements'> &
  ResultAdditions & { MatchedStatements?: (Statement & StatementAdditions)[] }

type WithUser = { User?: User & UserAdditions }

export interface IamClient extends Operations<IAM, IamOperationName> {
  /** The same client speaking for another account (`DelegateAccount`), for cloud administrators; for one's own without a name. */
  as(account: string | undefined): IamClient

  // Eucalyptus' own; see schemas/euare.ts.
  readonly createAccount: Call<CreateAccountRequest, CreateAccountResponse>
  readonly createSigningCertificate: Call<CreateSigningCertificateRequest, CreateSigningCertificateResponse>
  readonly deleteAccount: Call<DeleteAccountRequest, {}>
  readonly deleteAccountPolicy: Call<AccountPolicyRequest, {}>
  readonly getAccountPolicy: Call<AccountPolicyRequest, GetAccountPolicyResponse>
  readonly getLdapSyncStatus: Call<{}, GetLdapSyncStatusResponse>
  readonly getUserInfo: Call<GetUserInfoRequest, GetUserInfoResponse>
  readonly listAccountPolicies: Call<ListAccountPoliciesRequest, ListAccountPoliciesResponse>
  readonly listAccounts: Call<{}, ListAccountsResponse>
  readonly putAccountPolicy: Call<PutAccountPolicyRequest, {}>
  readonly updateUserInfo: Call<UpdateUserInfoRequest, {}>

  // With what Eucalyptus adds to them.
  readonly createUser: Call<CreateUserRequest, WithUser>
  readonly deleteGroup: Call<DeleteGroupRequest & { IsRecursive?: boolean }, {}>
  readonly deleteUser: Call<DeleteUserRequest & { IsRecursive?: boolean }, {}>
  readonly getUser: Call<GetUserRequest & { ShowExtra?: boolean }, WithUser>
  readonly updateUser: Call<UpdateUserRequest & UserAdditions, {}>
  readonly simulatePrincipalPolicy: Call<
    SimulatePrincipalPolicyRequest & SimulationAdditions,
    Omit<SimulatePolicyResponse, 'EvaluationResults'> & { EvaluationResults?: ExplainedResult[] }
  >
}

export type StsOperationName = 'assumeRole' | 'getCallerIdentity'
export type StsClient = Operations<STS, StsOperationName>

export interface BootstrapClient {
  readonly describeServiceCertificates: Call<
    DescribeServiceCertificatesInput,
    DescribeServiceCertificatesOutput
  >
}

export interface Clients {
  readonly ec2: Ec2Client
  readonly ebs: EbsClient
  readonly s3: S3Client
  readonly iam: IamClient
  readonly sts: StsClient
  readonly autoscaling: AutoScalingClient
  readonly elasticloadbalancing: BalancingClient
  readonly cloudformation: CloudFormationClient
  readonly monitoring: MonitoringClient
  readonly bootstrap: BootstrapClient
}
