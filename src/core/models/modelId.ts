/** The id of a model: `"<endpoint id>/<model>"`, where the model's own name may hold slashes. */

export interface ModelId {
  readonly endpoint: string;
  /** Empty if the id names an endpoint only. */
  readonly model: string;
}

export function partsOfId(id: string): ModelId {
  const slash = id.indexOf('/');
  return slash === -1 ? { endpoint: id, model: '' } : { endpoint: id.slice(0, slash), model: id.slice(slash + 1) };
}
