// SPDX-License-Identifier: BSD-2-Clause
import { instant } from '../../cli/argument-types'
import { user } from '../../cli/euare/names'
import { option } from '../../cli/options'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Rename a user, or change the path or state',
  options: {
    ...user,
    newUserName: option('-n --new-user-name', { metavar: 'USER', help: 'new name' }),
    newPath: option('-p --new-path', { metavar: 'PATH', help: 'new path' }),
    enabled: option('--enabled', {
      choices: ['true', 'false'],
      help: '[Eucalyptus only] whether the user may do anything',
    }),
    pwdExpires: option('--pwd-expires', {
      metavar: 'YYYY-MM-DDThh:mm:ssZ',
      type: instant,
      help: '[Eucalyptus only] when the password expires',
    }),
    regStatus: option('--reg-status', {
      choices: ['REGISTERED', 'APPROVED', 'CONFIRMED'],
      help: '[Eucalyptus only] how far the registration has come; only in clouds before 4.2',
    }),
  },
  call: (iam, { user, newUserName, newPath, enabled, pwdExpires, regStatus }) =>
    iam.updateUser({
      UserName: user,
      NewUserName: newUserName,
      NewPath: newPath,
      ...(enabled && { Enabled: enabled === 'true' }),
      ...(pwdExpires && { PasswordExpiration: pwdExpires }),
      ...(regStatus && { RegStatus: regStatus }),
    }),
})
