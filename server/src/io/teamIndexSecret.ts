// Where the connection string of a team's index comes from: the environment alone, so that no file of a workspace can
// send its texts to somebody else's database. In: the environment. Out: the string, which is taken out of it, so that
// programs we start do not inherit a password.

export const teamIndexVariable = 'MARGINALIA_TEAM_INDEX';

export function takeTeamIndex(environment: Record<string, string | undefined>): string | undefined {
  const value = environment[teamIndexVariable]?.trim();
  delete environment[teamIndexVariable];
  return value === '' ? undefined : value;
}
