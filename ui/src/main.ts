// Where the page is put together: the API client, the state that uses it, and the frame that shows it.
import { mount } from 'svelte';
import { create_client } from './api/client';
import { start } from './state/app.svelte';
import App from './views/App.svelte';
import './style.css';

start(create_client((input, init) => fetch(input, init)));
const target = document.getElementById('app');
if (target) mount(App, { target });
