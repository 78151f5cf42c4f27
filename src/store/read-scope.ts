/** Which sessions: those of a workspace, or of one of its instances. */
export interface ReadScope {
  workspaceId: string;
  instanceId?: string;
}
