// An Express service around the guide's signed-in.mjs, which a test puts beside this file. Usage: server.mjs PORT
import express from "express";

import { signedIn } from "./signed-in.mjs";

const app = express();
app.get("/orders", signedIn, (request, response) => response.send(request.claims.sub));
app.listen(Number(process.argv[2]), "127.0.0.1");
