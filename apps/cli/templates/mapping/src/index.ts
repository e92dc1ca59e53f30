import { templateName } from './template-name.ts';

/** A plugin of Systole: the mappings that it declares; it could bring components as well. */
export default { mappings: [templateName] };

export { templateName };
