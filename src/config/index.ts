// SPDX-License-Identifier: BSD-2-Clause
export { embeddedEucarc } from './embedded'
export { endpointVariables } from './endpoints'
export { environmentLines } from './environment'
export { ConfigError } from './errors'
export { loadSettings } from './load'
export {
  type CertificatePaths,
  type Credentials,
  type Endpoint,
  type ServiceName,
  type Settings,
  type SettingsOptions,
  type SettingsSource,
  serviceNames,
} from './settings'
