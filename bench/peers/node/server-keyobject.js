// server.js, tuned for the load test: the secret is a KeyObject, so jsonwebtoken need not guess on every request
// whether the string is a public key; the algorithm is pinned. Only what the load test drives is here.

const { createSecretKey } = require('node:crypto');
const express = require('express');
const jwt = require('jsonwebtoken');
const redis = require('redis');

const key = createSecretKey(Buffer.from(process.env.JWT_SECRET));
const options = { algorithms: ['HS256'] };
const client = redis.createClient({ url: process.env.REDIS_URL });
client.on('error', (err) => console.error('Redis error', err.message));

const authenticate = async (req, res, next) => {
  const token = req.headers.authorization?.split(' ')[1];
  try {
    const decoded = jwt.verify(token, key, options);
    if (await client.get(`blacklist_${token}`)) {
      return res.status(401).json({ message: 'Token is blacklisted' });
    }
    req.user = decoded;
    next();
  } catch {
    res.status(401).json({ message: 'Invalid token' });
  }
};

const app = express();

app.get('/me', authenticate, (req, res) => {
  res.json({ sub: req.user.sub });
});

client.connect().then(() => {
  app.listen(process.env.PORT, '127.0.0.1', () => console.log('listening'));
});
