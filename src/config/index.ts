// SPDX-License-Identifier: BSD-2-Clause
export { ConfigError } from './errors'
export {
  type Credentials,
  type Endpoint,
  type ServiceName,
  type Settings,
  type SettingsOptions,
  type SettingsSource,
  serviceNames,
} from './settings'
