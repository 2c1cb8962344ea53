// What every page does.

import { asking } from './dialogs.js';
import { comboboxes } from './combobox.js';
import { filters } from './filters.js';
import { freshness } from './freshness.js';
import { keyboard } from './keyboard.js';
import { printing } from './paper.js';
import { tables } from './tables.js';
import { waiting } from './navigation.js';

comboboxes();
filters();
asking();
printing();
tables();
freshness();
keyboard();
waiting();
