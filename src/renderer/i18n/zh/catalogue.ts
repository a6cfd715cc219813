// Chinese words for fields, models, tasks and presets of the catalogue. What is missing here is shown in English.
import type { CatalogueWords } from '../fields.ts';

export const zhCatalogue: CatalogueWords = { fields: {}, models: {}, tasks: {}, presets: {} };
