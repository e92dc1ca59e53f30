import { templateName } from './template-name.ts';

/** A plugin of Systole: its default export is the list of the components that it declares. */
export default [templateName];

export { templateName };
