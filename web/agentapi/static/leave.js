// Sends a person who declined back without another click.
"use strict";
location.replace(document.querySelector("main").dataset.leaving);
