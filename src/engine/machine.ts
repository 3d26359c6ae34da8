// SPDX-License-Identifier: BSD-2-Clause
// Life cycles as tables: from state, by event, to state. A transition that is not in the table cannot happen.

export interface Machine<State extends string, Event extends string> {
  /** The state that the event leads to. Throws where the table has none: a bug, as `can` would have told. */
  next(state: State, event: Event): State
  /** Whether the event may happen in this state. */
  can(state: State, event: Event): boolean
  readonly states: readonly State[]
}

/** `machine({ pending: { boots: 'running' }, running: { stop: 'stopping' }, … })`. Final states have an empty row. */
export const machine = <State extends string, Event extends string>(
  table: Readonly<Record<State, Readonly<Partial<Record<Event, NoInfer<State>>>>>>,
): Machine<State, Event> => {
  const to = (state: State, event: Event): State | undefined => {
    const row = Object.hasOwn(table, state) ? table[state] : undefined
    return row && Object.hasOwn(row, event) ? row[event] : undefined
  }
  return {
    next: (state, event) => {
      const next = to(state, event)
      if (next === undefined) throw new Error(`no transition from ${state} by ${event}`)
      return next
    },
    can: (state, event) => to(state, event) !== undefined,
    // The keys of a record are its key type; Object.keys says only that they are strings.
    states: Object.keys(table) as State[],
  }
}
