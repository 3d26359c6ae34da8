// SPDX-License-Identifier: BSD-2-Clause
// Server certificates, identity providers and devices: a part of the table of contents in index.ts.
import {
  AddClientIDToOpenIDConnectProvider$,
  CreateVirtualMFADevice$,
  DeactivateMFADevice$,
  DeleteOpenIDConnectProvider$,
  DeleteServerCertificate$,
  DeleteVirtualMFADevice$,
  EnableMFADevice$,
  GetMFADevice$,
  GetOpenIDConnectProvider$,
  GetServerCertificate$,
  ListMFADevices$,
  ListOpenIDConnectProviders$,
  ListServerCertificates$,
  ListVirtualMFADevices$,
  RemoveClientIDFromOpenIDConnectProvider$,
  ResyncMFADevice$,
  UpdateOpenIDConnectProviderThumbprint$,
  UpdateServerCertificate$,
  UploadServerCertificate$,
} from '@aws-sdk/client-iam'
import { OlderCreateOpenIDConnectProvider$ } from '../../schemas/euare'
import { type OperationEntry, operation } from '../operation'
import { onSecretsOf, onUser } from './identity-demands'
import {
  createVirtualMfaDevice,
  deactivateMfaDevice,
  deleteVirtualMfaDevice,
  enableMfaDevice,
  getMfaDevice,
  listMfaDevices,
  listVirtualMfaDevices,
  onDevice,
  onNewDevice,
  resyncMfaDevice,
} from './mfa-devices'
import {
  addClientId,
  createOidcProvider,
  deleteOidcProvider,
  getOidcProvider,
  listOidcProviders,
  onNewProvider,
  onProvider,
  removeClientId,
  updateThumbprints,
} from './oidc-providers'
import {
  deleteServerCertificate,
  getServerCertificate,
  listServerCertificates,
  onCertificate,
  onNewCertificate,
  onRenamedCertificate,
  updateServerCertificate,
  uploadServerCertificate,
} from './server-certificates'
import { taggingNew } from './tags'

export const credentialOperations: Readonly<Record<string, OperationEntry>> = {
  UploadServerCertificate: operation(UploadServerCertificate$, uploadServerCertificate, {
    access: taggingNew('iam:TagServerCertificate', onNewCertificate),
  }),
  GetServerCertificate: operation(GetServerCertificate$, getServerCertificate, { access: onCertificate }),
  ListServerCertificates: operation(ListServerCertificates$, listServerCertificates),
  UpdateServerCertificate: operation(UpdateServerCertificate$, updateServerCertificate, {
    access: onRenamedCertificate,
  }),
  DeleteServerCertificate: operation(DeleteServerCertificate$, deleteServerCertificate, {
    access: onCertificate,
  }),
  CreateOpenIDConnectProvider: operation(OlderCreateOpenIDConnectProvider$, createOidcProvider, {
    access: taggingNew('iam:TagOpenIDConnectProvider', onNewProvider),
  }),
  GetOpenIDConnectProvider: operation(GetOpenIDConnectProvider$, getOidcProvider, { access: onProvider }),
  ListOpenIDConnectProviders: operation(ListOpenIDConnectProviders$, listOidcProviders),
  AddClientIDToOpenIDConnectProvider: operation(AddClientIDToOpenIDConnectProvider$, addClientId, {
    access: onProvider,
  }),
  RemoveClientIDFromOpenIDConnectProvider: operation(
    RemoveClientIDFromOpenIDConnectProvider$,
    removeClientId,
    { access: onProvider },
  ),
  UpdateOpenIDConnectProviderThumbprint: operation(
    UpdateOpenIDConnectProviderThumbprint$,
    updateThumbprints,
    { access: onProvider },
  ),
  DeleteOpenIDConnectProvider: operation(DeleteOpenIDConnectProvider$, deleteOidcProvider, {
    access: onProvider,
  }),
  CreateVirtualMFADevice: operation(CreateVirtualMFADevice$, createVirtualMfaDevice, {
    access: taggingNew('iam:TagMFADevice', onNewDevice),
  }),
  EnableMFADevice: operation(EnableMFADevice$, enableMfaDevice, { access: onSecretsOf }),
  ResyncMFADevice: operation(ResyncMFADevice$, resyncMfaDevice, { access: onSecretsOf }),
  DeactivateMFADevice: operation(DeactivateMFADevice$, deactivateMfaDevice, { access: onSecretsOf }),
  DeleteVirtualMFADevice: operation(DeleteVirtualMFADevice$, deleteVirtualMfaDevice, { access: onDevice }),
  GetMFADevice: operation(GetMFADevice$, getMfaDevice, { access: onDevice }),
  ListMFADevices: operation(ListMFADevices$, listMfaDevices, { access: onUser }),
  ListVirtualMFADevices: operation(ListVirtualMFADevices$, listVirtualMfaDevices),
}
